package dev.sluice.it.tls;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.FrontendMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Stands between two that believe they talk to each other over TLS, with a certificate of its own
 * towards the one that asks. Whoever does not ask for TLS is cut off.
 */
final class TlsMiddleman implements AutoCloseable {
  private final ServerSocket listener;
  private final SSLContext own;
  private final Address to;
  private final AtomicInteger encrypted = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private TlsMiddleman(ServerSocket listener, SSLContext own, Address to) {
    this.listener = listener;
    this.own = own;
    this.to = to;
  }

  static TlsMiddleman to(Address server, Certificates.Pair own) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
      TlsMiddleman made = new TlsMiddleman(listener, TlsSockets.context(own), server);
      Thread.ofVirtual().start(made::accept);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Address address() {
    return Address.local(listener.getLocalPort());
  }

  /** How many connections have come to be, each with TLS on both sides. */
  int encrypted() {
    return encrypted.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket accepted = listener.accept();
        open.add(accepted);
        Thread.ofVirtual().start(() -> serve(accepted));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    byte[] request = FrontendMessage.sslRequest().encoded();
    try (client;
        Socket plain = new Socket(to.host(), to.port())) {
      open.add(plain);
      byte[] asked = client.getInputStream().readNBytes(request.length);
      if (!java.util.Arrays.equals(request, asked)) {
        return;
      }
      client.getOutputStream().write('S');
      plain.getOutputStream().write(request);
      if (plain.getInputStream().read() != 'S') {
        return;
      }
      SSLSocket towardsClient = wrap(own, client);
      towardsClient.setUseClientMode(false);
      SSLSocket towardsServer = wrap(TlsSockets.context(), plain);
      towardsClient.startHandshake();
      towardsServer.startHandshake();
      encrypted.incrementAndGet();
      Thread back = Thread.ofVirtual().start(() -> pump(towardsServer, towardsClient));
      pump(towardsClient, towardsServer);
      back.join();
    } catch (IOException e) {
      // One of the two has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static SSLSocket wrap(SSLContext context, Socket socket) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true);
  }

  private static void pump(SSLSocket from, SSLSocket to) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One of the two has gone.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
