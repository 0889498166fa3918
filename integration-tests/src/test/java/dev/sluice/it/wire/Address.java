package dev.sluice.it.wire;

import java.net.Socket;

/** Where a server listens. */
public record Address(String host, int port) {

  /** {@code host:port}. */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    return new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  static Address of(Socket socket) {
    return new Address(socket.getInetAddress().getHostAddress(), socket.getPort());
  }

  public static Address local(int port) {
    return new Address("127.0.0.1", port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
