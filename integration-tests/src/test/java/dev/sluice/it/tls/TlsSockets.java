package dev.sluice.it.tls;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.BackendMessage.EncryptionAnswer;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS over blocking sockets, for clients that speak the protocol byte by byte. */
final class TlsSockets {
  private TlsSockets() {}

  /** Trusts everybody. */
  static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsEverybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trusts everybody, and shows this certificate. */
  static SSLContext context(Certificates.Pair own) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      Process pkcs12 =
          new ProcessBuilder(
                  "openssl",
                  "pkcs12",
                  "-export",
                  "-in",
                  own.certificate().toString(),
                  "-inkey",
                  own.key().toString(),
                  "-passout",
                  "pass:x")
              .start();
      store.load(pkcs12.getInputStream(), "x".toCharArray());
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, "x".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new TrustsEverybody()}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client that has asked for TLS and got it. */
  static WireClient ask(Address address, SSLContext context) {
    WireClient client = WireClient.open(address);
    client.send(FrontendMessage.sslRequest());
    if (!(client.readEncryptionAnswer() instanceof EncryptionAnswer answer)
        || answer.answer() != 'S') {
      throw new AssertionError("TLS was refused");
    }
    return client.over(socket -> secure(context, socket, address));
  }

  /** A client that begins with TLS at once. */
  static WireClient direct(Address address, SSLContext context, String... protocols) {
    return WireClient.open(address)
        .over(
            socket -> {
              SSLSocket secured = secure(context, socket, address);
              SSLParameters parameters = secured.getSSLParameters();
              parameters.setApplicationProtocols(protocols);
              secured.setSSLParameters(parameters);
              return secured;
            });
  }

  private static SSLSocket secure(SSLContext context, Socket socket, Address address) {
    try {
      return (SSLSocket)
          context.getSocketFactory().createSocket(socket, address.host(), address.port(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The certificate that a server shows to whoever asks for TLS. */
  static X509Certificate shown(Address address) {
    try (Socket plain = new Socket(address.host(), address.port())) {
      plain.getOutputStream().write(FrontendMessage.sslRequest().encoded());
      if (plain.getInputStream().read() != 'S') {
        throw new AssertionError("TLS was refused");
      }
      SSLSocket secured = secure(context(), plain, address);
      secured.startHandshake();
      return (X509Certificate) secured.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static X509Certificate read(Certificates.Pair pair) {
    try (var in = java.nio.file.Files.newInputStream(pair.certificate())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class TrustsEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
