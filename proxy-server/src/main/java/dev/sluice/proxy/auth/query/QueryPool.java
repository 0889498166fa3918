package dev.sluice.proxy.auth.query;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one database that the query runs on. They are of their own: no startup
 * parameter of a client reaches them, and their search_path is PostgreSQL's catalog, also where the
 * login or the database has another (CVE-2025-2291 was a lookup that used the client's). Blocks.
 */
final class QueryPool implements AutoCloseable {
  static final int CONNECTIONS = 2;

  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(5);

  /** HikariCP's least. */
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(250);

  /** A login waits for this, and so do those behind it. */
  private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final QueryTarget target;
  private final QueryLogin login;

  /** Opened by the first who needs it; guarded by this. */
  private @Nullable HikariDataSource connections;

  private boolean closed;

  QueryPool(QueryTarget target, QueryLogin login) {
    this.target = target;
    this.login = login;
  }

  Connection connection() throws SQLException {
    return open().getConnection();
  }

  private synchronized HikariDataSource open() throws SQLException {
    if (closed) {
      throw new SQLException("Sluice is stopping");
    }
    if (connections == null) {
      connections = new HikariDataSource(settings());
    }
    return connections;
  }

  private HikariConfig settings() {
    Duration wait = clamp(target.connectTimeout());
    HikariConfig settings = new HikariConfig();
    settings.setPoolName("auth-query " + target.name().replace(':', ' '));
    settings.setJdbcUrl(target.url());
    settings.setUsername(login.user());
    // Empty rather than absent, for which the driver would look around in files.
    settings.setPassword(login.password());
    settings.setMaximumPoolSize(CONNECTIONS);
    settings.setMinimumIdle(0);
    settings.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    settings.setMaxLifetime(Duration.ofMinutes(10).toMillis());
    settings.setConnectionTimeout(wait.toMillis());
    settings.setValidationTimeout(wait.toMillis());
    // A server that is down is no reason not to start.
    settings.setInitializationFailTimeout(-1);
    property(settings, "ApplicationName", "sluice auth-query");
    property(
        settings,
        "options",
        "-c search_path=pg_catalog -c statement_timeout=" + STATEMENT_TIMEOUT.toMillis());
    // The name has the type that the query gives it, for which indexes are made.
    property(settings, "stringtype", "unspecified");
    property(settings, "prepareThreshold", "0");
    property(settings, "gssEncMode", "disable");
    property(settings, "loginTimeout", seconds(wait));
    property(settings, "connectTimeout", seconds(wait));
    property(settings, "socketTimeout", seconds(STATEMENT_TIMEOUT.plus(wait)));
    target.properties().forEach((name, value) -> property(settings, name, value));
    return settings;
  }

  private static void property(HikariConfig settings, String name, String value) {
    settings.addDataSourceProperty(name, value);
  }

  private static Duration clamp(Duration timeout) {
    return timeout.compareTo(MIN_TIMEOUT) < 0
        ? MIN_TIMEOUT
        : timeout.compareTo(MAX_CONNECT_TIMEOUT) > 0 ? MAX_CONNECT_TIMEOUT : timeout;
  }

  private static String seconds(Duration duration) {
    return String.valueOf(Math.max(1, duration.plusMillis(999).toSeconds()));
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (connections != null) {
      connections.close();
    }
  }
}
