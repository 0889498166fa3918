package dev.sluice.it.drivers;

import java.util.Map;

/** Where a client connects: through the proxy, or straight to PostgreSQL. */
public record Target(String host, int port, String database, String user, String password) {

  /**
   * A pgjdbc URL.
   *
   * @param options further parameters, as {@code name=value}
   */
  public String jdbcUrl(String... options) {
    StringBuilder url =
        new StringBuilder(
            "jdbc:postgresql://%s:%d/%s?user=%s&password=%s&loginTimeout=30"
                .formatted(host, port, database, user, password));
    for (String option : options) {
      url.append('&').append(option);
    }
    return url.toString();
  }

  public boolean sameAddress(Target other) {
    return host.equals(other.host) && port == other.port;
  }

  public Target withDatabase(String other) {
    return new Target(host, port, other, user, password);
  }

  /** The environment variables that libpq and what follows its habits read. */
  public Map<String, String> libpqEnvironment() {
    return Map.of(
        "PGHOST", host,
        "PGPORT", Integer.toString(port),
        "PGDATABASE", database,
        "PGUSER", user,
        "PGPASSWORD", password);
  }
}
