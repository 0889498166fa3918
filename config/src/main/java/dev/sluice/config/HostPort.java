package dev.sluice.config;

/**
 * A TCP address as it is written: {@code db1.internal:5432}, {@code [2001:db8::1]:5432}.
 *
 * @param host a name or an address, without the brackets of IPv6
 */
public record HostPort(String host, int port) {
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
