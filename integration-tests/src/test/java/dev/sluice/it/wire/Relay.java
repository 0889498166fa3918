package dev.sluice.it.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Carries bytes to where a {@link WireClient} or a driver cannot connect by itself: to a Unix
 * socket, or from another address of this machine. It listens on 127.0.0.1.
 */
public final class Relay implements AutoCloseable {
  private final ServerSocket server;
  private final SocketAddress target;
  private final Optional<SocketAddress> source;
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

  private Relay(SocketAddress target, Optional<SocketAddress> source) {
    this.target = target;
    this.source = source;
    try {
      server = new ServerSocket();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public static Relay toUnix(Path socket) {
    return new Relay(UnixDomainSocketAddress.of(socket), Optional.empty());
  }

  /**
   * @param source an address of this machine, as any of 127.0.0.0/8 is
   */
  public static Relay from(String source, Address target) {
    return new Relay(
        new InetSocketAddress(target.host(), target.port()),
        Optional.of(new InetSocketAddress(source, 0)));
  }

  public Address address() {
    return Address.local(server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        client.setTcpNoDelay(true);
        open.add(client);
        Thread.ofVirtual().start(() -> carry(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void carry(Socket client) {
    boolean unix = target instanceof UnixDomainSocketAddress;
    try (client;
        SocketChannel channel =
            SocketChannel.open(unix ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET)) {
      open.add(channel);
      if (source.isPresent()) {
        channel.bind(source.get());
      }
      channel.connect(target);
      Thread back =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      Channels.newInputStream(channel).transferTo(client.getOutputStream());
                      client.shutdownOutput();
                    } catch (IOException e) {
                      close(client);
                    }
                  });
      client.getInputStream().transferTo(Channels.newOutputStream(channel));
      channel.shutdownOutput();
      back.join();
    } catch (IOException e) {
      // One of the two has gone, and with the end of this the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception e) {
      // Nothing is left to do with it.
    }
  }

  @Override
  public void close() {
    close(server);
    open.forEach(Relay::close);
  }
}
