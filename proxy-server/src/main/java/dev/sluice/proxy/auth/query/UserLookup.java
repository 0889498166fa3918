package dev.sluice.proxy.auth.query;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.Secret;
import dev.sluice.proxy.auth.SecretAnswer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks users up in one database, as many at a time as there are connections. A database that does
 * not answer holds up nobody else's.
 */
final class UserLookup implements AutoCloseable {
  /** Names that wait for a connection; behind them logins are refused. */
  private static final int MAX_WAITING = 1000;

  /** After a failure the server is left alone for this time, and logins are refused at once. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final QueryTarget target;
  private final SecretQuery query;
  private final LongSupplier nanoClock;
  private final QueryPool pool;
  private final ThreadPoolExecutor executor;
  private final LookupFailureLog failures;
  private volatile @Nullable Failure last;

  private record Failure(SecretAnswer.Unavailable answer, long sinceNanos) {}

  UserLookup(QueryTarget target, SecretQuery query, QueryLogin login, LongSupplier nanoClock) {
    this.target = target;
    this.query = query;
    this.nanoClock = nanoClock;
    this.pool = new QueryPool(target, login);
    this.failures = new LookupFailureLog(target.name(), nanoClock);
    this.executor =
        new ThreadPoolExecutor(
            QueryPool.CONNECTIONS,
            QueryPool.CONNECTIONS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofVirtual().name("auth-query-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
  }

  /** Does not block; the future completes normally. */
  CompletableFuture<SecretAnswer> find(String user) {
    try {
      return CompletableFuture.supplyAsync(() -> answer(user), executor)
          .exceptionally(e -> failed("the lookup failed within Sluice: " + e));
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(
          failed(
              ErrorMessage.fatal(
                      SqlState.TOO_MANY_CONNECTIONS, "too many logins wait to be looked up already")
                  .withHint("Try again."),
              MAX_WAITING + " names wait to be looked up already"));
    }
  }

  private SecretAnswer answer(String user) {
    Failure recent = last;
    if (recent != null && nanoClock.getAsLong() - recent.sinceNanos() < PAUSE.toNanos()) {
      return recent.answer();
    }
    try {
      return askAgainIfLost(user);
    } catch (SQLException e) {
      SecretAnswer.Unavailable failure = failed(reason(e));
      last = new Failure(failure, nanoClock.getAsLong());
      return failure;
    }
  }

  private SecretAnswer askAgainIfLost(String user) throws SQLException {
    try {
      return ask(user);
    } catch (SQLTransientConnectionException e) {
      throw e; // no connection came about; HikariCP has tried until the time was over
    } catch (SQLException e) {
      // A pooled connection, of a server that was restarted meanwhile.
      if (connectionLost(e)) {
        return ask(user);
      }
      throw e;
    }
  }

  private SecretAnswer ask(String user) throws SQLException {
    try (Connection connection = pool.connection();
        PreparedStatement statement = connection.prepareStatement(query.sql())) {
      for (int i = 1; i <= query.parameters(); i++) {
        statement.setString(i, user);
      }
      statement.setMaxRows(2);
      try (ResultSet rows = statement.executeQuery()) {
        if (rows.getMetaData().getColumnCount() < 2) {
          throw new SQLException("the query answers one column; it must answer name and secret");
        }
        if (!rows.next()) {
          return new SecretAnswer.NotFound("auth.query does not know the user");
        }
        String name = rows.getString(1);
        String secret = rows.getString(2);
        if (rows.next()) {
          throw new SQLException("the query answers more than one row for one name");
        }
        return user.equals(name)
            ? secret(secret)
            : new SecretAnswer.NotFound("auth.query answered another user's name");
      }
    }
  }

  private static SecretAnswer secret(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new SecretAnswer.NotFound("auth.query answered no secret for the user");
    }
    Secret secret = Secret.parse(text);
    return secret == null
        ? new SecretAnswer.NotFound("auth.query answered a spoilt verifier or hash")
        : new SecretAnswer.Found(secret);
  }

  private static boolean connectionLost(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P0"));
  }

  /** HikariCP says that time is over, the driver that there is no connection, the root why. */
  private static String reason(SQLException e) {
    Throwable outer = e.getCause() instanceof SQLException inner ? inner : e;
    Throwable root = outer.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    String reason = outer.getMessage() + (root == null ? "" : " (" + root + ")");
    return reason.replaceAll("\\s+", " ");
  }

  private SecretAnswer.Unavailable failed(String reason) {
    return failed(
        ErrorMessage.fatal(
                SqlState.CANNOT_CONNECT_NOW, "authentication is not possible at the moment")
            .withDetail("The server that knows the users could not be asked.")
            .withHint("Try again; the log of Sluice says why."),
        reason);
  }

  private SecretAnswer.Unavailable failed(ErrorMessage error, String reason) {
    if (!executor.isShutdown()) {
      failures.failed(reason);
    }
    return new SecretAnswer.Unavailable(error, "auth.query at " + target.name() + ": " + reason);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    pool.close();
  }
}
