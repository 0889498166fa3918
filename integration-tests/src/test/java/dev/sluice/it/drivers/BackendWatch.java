package dev.sluice.it.drivers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Counts a database's backends in pg_stat_activity, again and again, while a test runs. Those of
 * the tests' own connections past the proxy do not count: a process outlives its connection a
 * little.
 */
public final class BackendWatch {

  private static final String BACKENDS =
      "select count(*) from pg_stat_activity where datname = ? and usename = ?";
  private static final long INTERVAL_MILLIS = 10;

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final FutureTask<Peak> sampling;
  private final boolean pooled;

  private record Peak(int backends, int samples) {}

  private BackendWatch(Target proxy, Target server) {
    // The tests themselves are tried on PostgreSQL without a pool, where every client is a backend.
    pooled = !proxy.sameAddress(server);
    sampling =
        new FutureTask<>(
            () -> sample(server.withDatabase("postgres"), proxy.database(), proxy.user()));
    Thread.ofVirtual().name("backend-watch").start(sampling);
  }

  /** Starts to watch; returns when it does. */
  static BackendWatch on(Stage stage, String database) throws InterruptedException {
    return on(stage.proxy(database), stage.server(database));
  }

  /**
   * Starts to watch; returns when it does.
   *
   * @param proxy as the clients that are watched log in
   * @param server past the proxy, as another user
   */
  public static BackendWatch on(Target proxy, Target server) throws InterruptedException {
    BackendWatch watch = new BackendWatch(proxy, server);
    if (!watch.started.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("pg_stat_activity cannot be read: " + watch.sampling);
    }
    return watch;
  }

  /** Ends the watch; there must have been backends, and never more than the pool's size. */
  public void assertNeverMoreThan(int poolSize) throws InterruptedException, ExecutionException {
    stopped.countDown();
    Peak peak = sampling.get();
    if (pooled) {
      assertTrue(peak.backends() > 0, "nobody went through the pool, in " + peak);
      assertTrue(peak.backends() <= poolSize, "more than " + poolSize + " backends: " + peak);
    }
  }

  private Peak sample(Target server, String database, String user)
      throws SQLException, InterruptedException {
    try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
        PreparedStatement count = connection.prepareStatement(BACKENDS)) {
      count.setString(1, database);
      count.setString(2, user);
      Peak peak = new Peak(0, 0);
      started.countDown();
      boolean last;
      do {
        last = stopped.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        try (ResultSet rows = count.executeQuery()) {
          rows.next();
          peak = new Peak(Math.max(peak.backends(), rows.getInt(1)), peak.samples() + 1);
        }
      } while (!last);
      return peak;
    }
  }
}
