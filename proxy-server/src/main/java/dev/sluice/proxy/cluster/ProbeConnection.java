package dev.sluice.proxy.cluster;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The connection that a server is probed on. It is held as long as it lasts and is never replaced
 * silently: that it is lost says something of the server. Blocks.
 */
final class ProbeConnection implements AutoCloseable {
  /** HikariCP's least. */
  private static final Duration LEAST_WAIT = Duration.ofMillis(250);

  /** From here on the message can be asked to be flushed; before, the WAL writer does it soon. */
  private static final int EMIT_CAN_FLUSH = 17;

  private final HikariDataSource pool;
  private final Connection connection;
  private final PreparedStatement question;
  private final LongSupplier nanoTime;
  private final long generation;

  private ProbeConnection(
      HikariDataSource pool, Connection connection, LongSupplier nanoTime, long generation)
      throws SQLException {
    this.pool = pool;
    this.connection = connection;
    this.question = connection.prepareStatement(ProbeQuery.SQL);
    this.nanoTime = nanoTime;
    this.generation = generation;
  }

  static ProbeConnection open(
      ProbeTarget target, Duration timeout, LongSupplier nanoTime, long generation)
      throws SQLException {
    HikariDataSource pool = new HikariDataSource(settings(target, timeout));
    try {
      Connection connection = pool.getConnection();
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
      return new ProbeConnection(pool, connection, nanoTime, generation);
    } catch (SQLException | RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private static HikariConfig settings(ProbeTarget target, Duration timeout) {
    Duration wait = timeout.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : timeout;
    HikariConfig settings = new HikariConfig();
    settings.setPoolName("probe " + target.name().replace(':', ' '));
    settings.setThreadFactory(Thread.ofVirtual().name("probe-pool").factory());
    settings.setJdbcUrl(target.url());
    settings.setUsername(target.user());
    // Empty rather than absent, for which the driver would look around in files.
    settings.setPassword(target.password());
    settings.setMaximumPoolSize(1);
    settings.setMinimumIdle(0);
    settings.setMaxLifetime(0);
    settings.setConnectionTimeout(wait.toMillis());
    settings.setValidationTimeout(LEAST_WAIT.toMillis());
    // The server may be down; then it is us who try again.
    settings.setInitializationFailTimeout(-1);
    property(settings, "ApplicationName", "sluice probe");
    // A default of serializable would make every question to a standby an error.
    property(
        settings,
        "options",
        "-c search_path=pg_catalog -c default_transaction_isolation=read\\ committed -c jit=off");
    // Planned once.
    property(settings, "prepareThreshold", "1");
    property(settings, "gssEncMode", "disable");
    // Otherwise each attempt is made by a thread of its own; the other two are enough.
    property(settings, "loginTimeout", "0");
    property(settings, "connectTimeout", seconds(wait));
    property(settings, "socketTimeout", seconds(wait));
    target.properties().forEach((name, value) -> property(settings, name, value));
    return settings;
  }

  private static void property(HikariConfig settings, String name, String value) {
    settings.addDataSourceProperty(name, value);
  }

  private static String seconds(Duration duration) {
    return String.valueOf(Math.max(1, duration.plusMillis(999).toSeconds()));
  }

  ServerReading ask() throws SQLException {
    long asked = nanoTime.getAsLong();
    try (ResultSet row = question.executeQuery()) {
      long answered = nanoTime.getAsLong();
      if (!row.next()) {
        throw new SQLException("the probe has no answer");
      }
      return ProbeQuery.read(row, asked, answered, generation);
    }
  }

  /**
   * Writes a message to the WAL that says nothing to anybody, but behind which what was written
   * before is flushed, and so reaches the replicas.
   */
  void nudge() throws SQLException {
    boolean canFlush = connection.getMetaData().getDatabaseMajorVersion() >= EMIT_CAN_FLUSH;
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_logical_emit_message(false, 'sluice', ''" + (canFlush ? ", true)" : ")"));
    }
  }

  long generation() {
    return generation;
  }

  @Override
  public void close() {
    pool.evictConnection(connection);
    pool.close();
  }
}
