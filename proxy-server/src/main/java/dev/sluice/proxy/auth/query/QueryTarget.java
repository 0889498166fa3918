package dev.sluice.proxy.auth.query;

import java.time.Duration;
import java.util.Map;

/**
 * A database that users are looked up in.
 *
 * @param name for the log
 * @param url of pgjdbc
 * @param properties of pgjdbc, beyond those that every lookup has; TLS is among them
 * @param connectTimeout for connect and login together, more than zero
 */
public record QueryTarget(
    String name, String url, Map<String, String> properties, Duration connectTimeout) {
  public QueryTarget {
    properties = Map.copyOf(properties);
  }
}
