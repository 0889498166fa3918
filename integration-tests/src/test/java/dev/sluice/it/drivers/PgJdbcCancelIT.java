package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.awaitRunning;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** pgjdbc's cancel requests: by hand and by query timeout. */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class PgJdbcCancelIT {

  private final PoolMode mode;
  private final Stage stage;
  private final Target target;

  PgJdbcCancelIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
    this.target = stage.proxy(mode);
  }

  @Test
  void cancelHitsItsOwnQueryAndNoOther() throws Exception {
    try (Connection cancelled = connect(target);
        Connection bystander = connect(target);
        Statement sleeper = cancelled.createStatement();
        Statement other = bystander.createStatement()) {
      FutureTask<Void> victim =
          start(
              () ->
                  assertFails("57014", () -> sleeper.execute("select pg_sleep(60) /* victim */")));
      FutureTask<Void> spared = start(() -> other.execute("select pg_sleep(0.5) /* bystander */"));
      awaitRunning(stage.beside(mode.database()), "pg_sleep(60) /* victim");
      sleeper.cancel();
      victim.get(30, TimeUnit.SECONDS);
      spared.get(30, TimeUnit.SECONDS);
      // Late cancels, for connections that run nothing, hit nobody.
      sleeper.cancel();
      other.cancel();
      assertEquals("1", one(cancelled, "select 1"));
      assertEquals("2", one(bystander, "select 2"));
    }
  }

  @Test
  void cancelInsideATransaction() throws Exception {
    try (Connection connection = connect(target);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertEquals("1", one(connection, "select 1"));
      FutureTask<Void> victim =
          start(
              () ->
                  assertFails("57014", () -> statement.execute("select pg_sleep(60) /* block */")));
      awaitRunning(stage.beside(mode.database()), "pg_sleep(60) /* block");
      statement.cancel();
      victim.get(30, TimeUnit.SECONDS);
      assertFails("25P02", () -> one(connection, "select 1"));
      connection.rollback();
      assertEquals("2", one(connection, "select 2"));
      connection.commit();
    }
  }

  @Test
  void queryTimeout() throws Exception {
    try (Connection connection = connect(target);
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 2; i++) {
        statement.setQueryTimeout(1);
        assertFails("57014", () -> statement.execute("select pg_sleep(60)"));
        statement.setQueryTimeout(0);
        assertEquals("1", one(connection, "select 1"));
      }
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static FutureTask<Void> start(Action action) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              action.run();
              return null;
            });
    Thread.startVirtualThread(task);
    return task;
  }
}
