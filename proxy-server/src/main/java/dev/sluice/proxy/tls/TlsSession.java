package dev.sluice.proxy.tls;

import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake has settled.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipher by its name in the registry of IANA
 * @param peer the other side's certificate; null if it showed none
 * @param endPoint what this channel is bound to (RFC 5929, tls-server-end-point); null if the
 *     server's certificate does not say how it is to be hashed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TlsSession(
    String protocol, String cipher, @Nullable X509Certificate peer, byte @Nullable [] endPoint) {
  /** As the console shows it. */
  public String describe() {
    return protocol + "/" + cipher;
  }

  /** The common name of the other side's certificate; null if there is none. */
  public @Nullable String peerCommonName() {
    return peer == null ? null : CertificateNames.commonName(peer);
  }
}
