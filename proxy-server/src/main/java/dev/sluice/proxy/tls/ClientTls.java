package dev.sluice.proxy.tls;

import dev.sluice.config.ClientTlsConfig;
import dev.sluice.config.TlsMode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** TLS towards clients: the modes have PgBouncer's meaning (client_tls_sslmode). */
public final class ClientTls {
  private final TlsMode mode;
  private final @Nullable TlsContext context;

  private ClientTls(TlsMode mode, @Nullable TlsContext context) {
    this.mode = mode;
    this.context = context;
  }

  public static ClientTls disabled() {
    return new ClientTls(TlsMode.DISABLE, null);
  }

  /** Reads the files; not for an event loop. */
  public static ClientTls of(ClientTlsConfig config, TlsProvider provider) throws TlsFileException {
    TlsMode mode = config.mode();
    if (mode == TlsMode.DISABLE) {
      return disabled();
    }
    TlsFiles files = TlsFiles.of(config);
    return new ClientTls(
        mode,
        new TlsContext("TLS towards clients", files, material -> context(material, provider)));
  }

  private static SslContext context(TlsMaterial material, TlsProvider provider)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(material.key(), material.chain())
            .sslProvider(provider.netty())
            .protocols(TlsSettings.PROTOCOLS)
            .applicationProtocolConfig(TlsSettings.ALPN);
    if (material.authorities() != null) {
      builder.clientAuth(ClientAuth.REQUIRE).trustManager(material.authorities());
    }
    SslContext made = builder.build();
    if (made.sessionContext() instanceof OpenSslSessionContext sessions) {
      // Without a key of ours Netty has tickets switched off. It dies with the context: nobody who
      // gets at it later can read what was recorded before the last change of the certificate.
      sessions.setTicketKeys(ticketKey());
    }
    return made;
  }

  private static OpenSslSessionTicketKey ticketKey() {
    SecureRandom random = new SecureRandom();
    byte[] name = new byte[OpenSslSessionTicketKey.NAME_SIZE];
    byte[] hmac = new byte[OpenSslSessionTicketKey.HMAC_KEY_SIZE];
    byte[] aes = new byte[OpenSslSessionTicketKey.AES_KEY_SIZE];
    List.of(name, hmac, aes).forEach(random::nextBytes);
    return new OpenSslSessionTicketKey(name, hmac, aes);
  }

  /** Whether a client that asks for TLS gets it. */
  public boolean offered() {
    return context != null;
  }

  /** Whether a client without TLS is refused. */
  public boolean required() {
    return mode.compareTo(TlsMode.REQUIRE) >= 0;
  }

  public Optional<TlsContext> context() {
    return Optional.ofNullable(context);
  }

  /** Begins TLS on a connection; only if it is {@link #offered}. */
  public Handshake begin(ByteBufAllocator allocator) {
    if (context == null) {
      throw new IllegalStateException("TLS is not offered");
    }
    TlsContext.Made made = context.current();
    SslHandler handler = made.context().newHandler(allocator);
    // The time for the whole login is limited elsewhere.
    handler.setHandshakeTimeoutMillis(0);
    return new Handshake(
        handler,
        made.certificate().isEmpty() ? null : EndPointBinding.of(made.certificate().get()));
  }

  /** One handshake, with the certificate that was ours when it began. */
  public static final class Handshake {
    private final SslHandler handler;
    private final byte @Nullable [] endPoint;

    private Handshake(SslHandler handler, byte @Nullable [] endPoint) {
      this.handler = handler;
      this.endPoint = endPoint;
    }

    public SslHandler handler() {
      return handler;
    }

    /** Whether the client has agreed by ALPN that PostgreSQL's protocol is spoken. */
    public boolean agreedOnProtocol() {
      return TlsSettings.APPLICATION_PROTOCOL.equals(handler.applicationProtocol());
    }

    /**
     * What the handshake, which has succeeded, has settled.
     *
     * @throws CertificateException if the client's certificate is not valid now; a session that was
     *     resumed has not been checked for that
     */
    public TlsSession session() throws CertificateException {
      SSLSession session = handler.engine().getSession();
      X509Certificate peer = TlsSettings.peer(session);
      if (peer != null) {
        peer.checkValidity();
      }
      return new TlsSession(session.getProtocol(), session.getCipherSuite(), peer, endPoint);
    }
  }
}
