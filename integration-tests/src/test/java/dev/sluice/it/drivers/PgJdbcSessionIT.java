package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What a pgjdbc client believes that its session holds. */
@ExtendWith(StageExtension.class)
class PgJdbcSessionIT {

  private final Stage stage;

  PgJdbcSessionIT(Stage stage) {
    this.stage = stage;
  }

  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void startupParametersFollowTheClient(PoolMode mode) throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          String name = "jdbc-" + client;
          String style = client % 2 == 0 ? "iso_8601" : "sql_standard";
          String options = "options=-c%20IntervalStyle%3D" + style + "%20-c%20work_mem%3D";
          String memory = (100 + client) + "kB";
          try (Connection connection =
              connect(stage.proxy(mode), "ApplicationName=" + name, options + memory)) {
            crowd.allConnected();
            for (int i = 0; i < 10; i++) {
              assertEquals(name, one(connection, "show application_name"));
              assertEquals(style, one(connection, "show intervalstyle"));
              assertEquals(memory, one(connection, "show work_mem"));
            }
          }
        });
  }

  /**
   * What a transaction that fails or is rolled back undoes must not be what was carried over for
   * it. Two clients take turns on the one backend that two others leave them.
   */
  @Test
  void startupParametersSurviveFailuresAndRollbacks() throws Exception {
    Target target = stage.proxy(PoolMode.TRANSACTION);
    try (Connection other = connect(target, "options=-c%20work_mem%3D333kB");
        Connection connection = connect(target, "options=-c%20work_mem%3D111kB");
        Connection busy = connect(target);
        Connection busyToo = connect(target)) {
      for (Connection open : List.of(busy, busyToo)) {
        open.setAutoCommit(false);
        assertEquals("1", one(open, "select 1"));
      }
      List<Executable> undone =
          List.of(
              () -> assertFails("22012", () -> one(connection, "select 1 / 0")),
              () -> assertFails("22012", () -> execute(connection, "select 1; select 1 / 0")),
              () -> {
                connection.setAutoCommit(false);
                assertEquals("1", one(connection, "select 1"));
                connection.rollback();
                connection.setAutoCommit(true);
              });
      for (Executable attempt : undone) {
        assertEquals("333kB", one(other, "show work_mem"));
        assertDoesNotThrow(attempt);
        assertEquals("111kB", one(connection, "show work_mem"));
      }
      assertEquals("333kB", one(other, "show work_mem"));
      busy.rollback();
      busyToo.rollback();
    }
  }

  /** Each of these wants to be the first of its transaction, or to have none. */
  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void nothingIsPutIntoTheClientsTransaction(PoolMode mode) throws Exception {
    execute(stage.server(mode.database()), "create table jdbc_vacuum (n int)");
    try {
      Crowd.run(
          stage,
          mode,
          (client, crowd) -> {
            String name = "ApplicationName=vacuum-" + client;
            try (Connection connection = connect(stage.proxy(mode), name)) {
              crowd.allConnected();
              for (int i = 0; i < 5; i++) {
                execute(connection, "vacuum (skip_locked) jdbc_vacuum");
                execute(connection, "begin isolation level serializable", "commit");
                execute(connection, "begin; set transaction isolation level serializable; commit");
              }
            }
          });
    } finally {
      execute(stage.server(mode.database()), "drop table jdbc_vacuum");
    }
  }

  @Test
  void settingsTemporaryTablesAndNotificationsInSessionMode() throws Exception {
    PoolMode mode = PoolMode.SESSION;
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(stage.proxy(mode))) {
            execute(
                connection,
                "set work_mem = '%dkB'".formatted(64 + client),
                "create temporary table mine as select %d as n".formatted(client),
                "listen jdbc_%d".formatted(client),
                "notify jdbc_%d, 'hello'".formatted(client));
            assertEquals((64 + client) + "kB", one(connection, "show work_mem"));
            assertEquals("" + client, one(connection, "select n from mine"));
            PGNotification[] notifications =
                Objects.requireNonNull(
                    connection.unwrap(PGConnection.class).getNotifications(30_000));
            assertEquals("hello", notifications[0].getParameter());
            assertEquals("jdbc_" + client, notifications[0].getName());
          }
        });
  }

  @Test
  void sessionCharacteristicsInSessionMode() throws Exception {
    PoolMode mode = PoolMode.SESSION;
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(stage.proxy(mode), "readOnlyMode=always")) {
            assertEquals("off", one(connection, "show default_transaction_read_only"));
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertEquals("on", one(connection, "show transaction_read_only"));
            assertEquals("serializable", one(connection, "show transaction_isolation"));
            assertFails("25006", () -> execute(connection, "create table never (n int)"));
          }
        });
  }
}
