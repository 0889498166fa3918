package dev.sluice.proxy.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What both sides have in common. */
final class TlsSettings {
  static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** Manual, "SSL Session Encryption": the name of the protocol in ALPN. */
  static final String APPLICATION_PROTOCOL = "postgresql";

  /** Who does not speak of it is let through here; direct TLS asks for it afterwards. */
  static final ApplicationProtocolConfig ALPN =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          APPLICATION_PROTOCOL);

  private TlsSettings() {}

  /** The other side's certificate; null if it showed none. */
  static @Nullable X509Certificate peer(SSLSession session) {
    try {
      return (X509Certificate) session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }
}
