package dev.sluice.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** The words that an operator gets, whoever implements TLS. */
class TlsFailureTest {
  private static SSLHandshakeException because(Throwable cause) {
    SSLHandshakeException failure = new SSLHandshakeException("General OpenSslEngine problem");
    failure.initCause(cause);
    return failure;
  }

  @Test
  void theInnermostCauseThatIsKnownCounts() {
    assertEquals(
        "the certificate has expired",
        TlsFailure.reason(because(new CertificateException(new CertificateExpiredException()))));
    assertEquals(
        "the certificate is not signed by a trusted authority",
        TlsFailure.reason(
            because(
                new CertificateException(
                    "PKIX path building failed", new CertPathBuilderException("unable")))));
    assertEquals(
        "the other side closed the connection", TlsFailure.reason(new ClosedChannelException()));
  }

  @Test
  void alertsAreTheSameWordsFromBothImplementations() {
    assertEquals(
        "the other side refused: unknown ca",
        TlsFailure.reason(new SSLHandshakeException("Received fatal alert: unknown_ca")));
    assertEquals(
        "the other side refused: unknown ca",
        TlsFailure.reason(
            new SSLHandshakeException(
                "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA")));
  }

  @Test
  void whatIsNotKnownIsPassedOn() {
    assertEquals("odd", TlsFailure.reason(new SSLHandshakeException("odd")));
    assertEquals("RuntimeException", TlsFailure.reason(new RuntimeException()));
  }
}
