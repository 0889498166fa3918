package dev.sluice.config;

import java.nio.file.Path;

/** One PostgreSQL server that a database lives on. */
public sealed interface Node {
  /** What the file says of its role; {@link NodeRole#AUTO} when it is to be discovered. */
  NodeRole role();

  /** Its share of reads relative to the other replicas, 1 or more. */
  int weight();

  /**
   * A server reached by TCP.
   *
   * @param host a name or an address, without the brackets of IPv6
   */
  record Tcp(String host, int port, NodeRole role, int weight) implements Node {
    @Override
    public String toString() {
      return new HostPort(host, port).toString();
    }
  }

  /** A server reached by a Unix socket; the path is that of the socket, not of its directory. */
  record Unix(Path socket, NodeRole role, int weight) implements Node {
    @Override
    public String toString() {
      return "unix:" + socket;
    }
  }
}
