package dev.sluice.proxy.cluster;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Sockets to one Unix socket, for pgjdbc, which knows only hosts: its property {@code
 * socketFactory} names this class, and {@code socketFactoryArg} is the path.
 */
public final class UnixSocketFactory extends SocketFactory {
  private final Path path;

  /** The path is that of the socket, not of its directory. */
  public UnixSocketFactory(String path) {
    this.path = Path.of(path);
  }

  @Override
  public Socket createSocket() {
    return new UnixSocket(path);
  }

  @Override
  public Socket createSocket(String host, int port) {
    return createSocket();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    return createSocket();
  }
}
