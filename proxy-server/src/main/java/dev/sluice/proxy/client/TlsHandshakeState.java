package dev.sluice.proxy.client;

import dev.sluice.proxy.tls.ClientTls;
import dev.sluice.proxy.tls.TlsFailure;
import dev.sluice.proxy.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertificateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS is being agreed on. Until it is, the client cannot be told anything, so a connection that
 * fails here just ends, and the log has the reason.
 */
final class TlsHandshakeState implements ClientState {
  private static final Logger log = LoggerFactory.getLogger(TlsHandshakeState.class);

  private final ClientConnection client;
  private final ClientTls.Handshake handshake;

  /** Without an SSLRequest: then ALPN has to say what is spoken (manual, "SSL Session"). */
  private final boolean direct;

  TlsHandshakeState(ClientConnection client, boolean direct) {
    this.client = client;
    this.handshake = client.context().tls().begin(client.channel().alloc());
    this.direct = direct;
  }

  @Override
  public void enter() {
    client.encryptWith(handshake.handler());
  }

  @Override
  public boolean consume(ByteBuf in) {
    return false;
  }

  /** The handshake has succeeded or failed. */
  void ended(SslHandshakeCompletionEvent event) {
    Throwable cause = event.cause();
    if (cause != null) {
      refuse(TlsFailure.reason(cause));
    } else if (direct && !handshake.agreedOnProtocol()) {
      refuse("direct TLS needs protocol postgresql by ALPN, which the client did not offer");
    } else {
      try {
        secured(handshake.session());
      } catch (CertificateException e) {
        refuse(TlsFailure.reason(e));
      }
    }
  }

  private void secured(TlsSession session) {
    client.secured(session);
    client.transition(new StartupState(client, true));
  }

  void timedOut() {
    refuse("it did not end within login-timeout");
  }

  private void refuse(String reason) {
    log.info("client {}: TLS handshake failed: {}", client.describe(), reason);
    client.drop();
  }
}
