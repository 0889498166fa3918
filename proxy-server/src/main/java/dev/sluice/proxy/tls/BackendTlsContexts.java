package dev.sluice.proxy.tls;

import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.TlsMode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The contexts of TLS towards PostgreSQL, one for each set of files that the databases name. */
public final class BackendTlsContexts {
  private final Map<TlsFiles, TlsContext> contexts;

  private BackendTlsContexts(Map<TlsFiles, TlsContext> contexts) {
    this.contexts = Map.copyOf(contexts);
  }

  public static BackendTlsContexts none() {
    return new BackendTlsContexts(Map.of());
  }

  /** Reads the files; not for an event loop. */
  public static BackendTlsContexts of(Collection<ServerTlsConfig> configs, TlsProvider provider)
      throws TlsFileException {
    Map<TlsFiles, TlsContext> contexts = new HashMap<>();
    for (ServerTlsConfig config : configs) {
      TlsFiles files = TlsFiles.of(config);
      if (config.mode() != TlsMode.DISABLE && !contexts.containsKey(files)) {
        contexts.put(
            files,
            new TlsContext("TLS to PostgreSQL", files, material -> context(material, provider)));
      }
    }
    return new BackendTlsContexts(contexts);
  }

  private static SslContext context(TlsMaterial material, TlsProvider provider)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider.netty())
            .protocols(TlsSettings.PROTOCOLS)
            .applicationProtocolConfig(TlsSettings.ALPN)
            // By default Netty compares host names in every mode; verify-full does it below.
            .endpointIdentificationAlgorithm(null);
    if (material.authorities() == null) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else {
      builder.trustManager(material.authorities());
    }
    if (material.key() != null) {
      builder.keyManager(new OnlyCertificate(material.key(), material.chain()));
    }
    return builder.build();
  }

  public Collection<TlsContext> all() {
    return contexts.values();
  }

  /** Begins TLS with a server. */
  public Handshake begin(BackendTls tls, ByteBufAllocator allocator) {
    TlsContext context = contexts.get(tls.files());
    if (context == null) {
      throw new IllegalStateException("no TLS context for " + tls);
    }
    SslHandler handler = context.current().context().newHandler(allocator);
    handler.setHandshakeTimeoutMillis(0); // connect-timeout covers it
    if (!NetUtil.isValidIpV4Address(tls.host()) && !NetUtil.isValidIpV6Address(tls.host())) {
      nameServer(handler.engine(), tls.host());
    }
    return new Handshake(handler, tls);
  }

  /** Server Name Indication (RFC 6066), which has no place for addresses. */
  private static void nameServer(SSLEngine engine, String host) {
    try {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      engine.setSSLParameters(parameters);
    } catch (IllegalArgumentException e) {
      // Not a name that can be indicated, such as one with an underscore; libpq's servers do
      // without.
    }
  }

  /** One handshake. */
  public static final class Handshake {
    private final SslHandler handler;
    private final BackendTls tls;

    private Handshake(SslHandler handler, BackendTls tls) {
      this.handler = handler;
      this.tls = tls;
    }

    public SslHandler handler() {
      return handler;
    }

    /**
     * What the handshake, which has succeeded, has settled.
     *
     * @throws CertificateException if the server is not who it should be
     * @throws SSLException if it has not agreed on PostgreSQL's protocol, as direct TLS wants it
     */
    public TlsSession session() throws CertificateException, SSLException {
      SSLSession session = handler.engine().getSession();
      X509Certificate peer = TlsSettings.peer(session);
      if (tls.files().ca() != null) {
        verify(peer);
      }
      if (tls.direct() && !TlsSettings.APPLICATION_PROTOCOL.equals(handler.applicationProtocol())) {
        throw new SSLException("the server did not agree on protocol postgresql by ALPN");
      }
      return new TlsSession(
          session.getProtocol(),
          session.getCipherSuite(),
          peer,
          peer == null ? null : EndPointBinding.of(peer));
    }

    /** Beyond the chain, which the handshake has verified. */
    private void verify(@Nullable X509Certificate peer) throws CertificateException {
      if (peer == null) {
        throw new CertificateException("the server has shown no certificate");
      }
      // One that is itself in the file of authorities has not been looked at any further.
      peer.checkValidity();
      if (tls.verifiesHost() && !CertificateNames.match(peer, tls.host())) {
        throw new CertificateException(
            "the server's certificate is not for host \"%s\"".formatted(tls.host()));
      }
    }
  }
}
