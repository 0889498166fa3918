package dev.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * An address that clients connect to.
 *
 * @param route where everything that arrives here goes; null when the node is chosen per
 *     transaction
 */
public record ListenAddress(
    @Key(absent = "\"0.0.0.0\"", reload = Reload.RESTART, doc = "address to listen on") String host,
    @Key(
            absent = Key.REQUIRED,
            max = "65535",
            reload = Reload.RESTART,
            doc = "port to listen on; 0 takes any free one")
        int port,
    @Key(
            absent = "null",
            reload = Reload.RESTART,
            doc = "where all that arrives here goes; null = chosen per transaction")
        @Nullable Route route) {

  /** The address without the route, as it is printed. */
  public HostPort address() {
    return new HostPort(host, port);
  }
}
