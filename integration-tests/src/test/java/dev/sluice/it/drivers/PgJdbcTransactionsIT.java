package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.column;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** pgjdbc's transactions: cursors with a fetch size, savepoints, read-only, autosave. */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class PgJdbcTransactionsIT {

  private static final String ROWS = "select ?::int * 1000 + n from generate_series(1, 100) n";

  private final PoolMode mode;
  private final Stage stage;
  private final Target target;

  PgJdbcTransactionsIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
    this.target = stage.proxy(mode);
  }

  @BeforeEach
  void createTable() throws SQLException {
    execute(
        stage.server(mode.database()),
        "drop table if exists jdbc_notes",
        "create table jdbc_notes (client int, note text)",
        "create or replace function jdbc_cursor(n int) returns refcursor language plpgsql as $$"
            + " declare c refcursor; begin open c for select n + i from generate_series(1, 50) i;"
            + " return c; end $$");
  }

  @AfterEach
  void dropTable() throws SQLException {
    execute(
        stage.server(mode.database()), "drop table jdbc_notes", "drop function jdbc_cursor(int)");
  }

  private static List<String> expected(int client) {
    return IntStream.rangeClosed(1, 100).mapToObj(n -> "" + (client * 1000 + n)).toList();
  }

  @Test
  void cursorsWithAFetchSize() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, "prepareThreshold=2")) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            for (int fetchSize : new int[] {1, 7, 100, 7, 1000, 7}) {
              try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
                statement.setInt(1, client);
                statement.setFetchSize(fetchSize);
                try (ResultSet rows = statement.executeQuery()) {
                  assertEquals(expected(client), column(rows));
                }
              }
              connection.commit();
            }
          }
        });
  }

  @Test
  void twoCursorsInTurns() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, "defaultRowFetchSize=9")) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            try (PreparedStatement a = connection.prepareStatement(ROWS);
                PreparedStatement b = connection.prepareStatement(ROWS)) {
              a.setInt(1, client);
              b.setInt(1, client + 500);
              try (ResultSet rowsOfA = a.executeQuery();
                  ResultSet rowsOfB = b.executeQuery()) {
                for (int n = 1; n <= 100; n++) {
                  assertTrue(rowsOfA.next() && rowsOfB.next());
                  assertEquals(client * 1000 + n, rowsOfA.getInt(1));
                  assertEquals((client + 500) * 1000 + n, rowsOfB.getInt(1));
                }
              }
            }
            connection.commit();
          }
        });
  }

  /** Without a transaction pgjdbc ignores the fetch size; a cursor left half read is closed. */
  @Test
  void cursorLeftHalfRead() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, "defaultRowFetchSize=10")) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
              statement.setInt(1, client);
              ResultSet rows = statement.executeQuery();
              assertTrue(rows.next());
            }
            assertEquals("1", one(connection, "select 1"));
            connection.rollback();
            connection.setAutoCommit(true);
            assertEquals(expected(client), column(connection, ROWS, client));
          }
        });
  }

  @Test
  void refcursor() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            try (CallableStatement call = connection.prepareCall("{? = call jdbc_cursor(?)}")) {
              call.registerOutParameter(1, Types.REF_CURSOR);
              call.setInt(2, client);
              call.execute();
              try (ResultSet rows = (ResultSet) Objects.requireNonNull(call.getObject(1))) {
                assertEquals(50, column(rows).size());
              }
            }
            connection.commit();
          }
        });
  }

  @Test
  void savepoints() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            insert(connection, client, "kept");
            Savepoint named = connection.setSavepoint("by name");
            insert(connection, client, "lost");
            assertFails("22012", () -> one(connection, "select 1 / 0"));
            assertFails("25P02", () -> one(connection, "select 1"));
            connection.rollback(named);
            Savepoint unnamed = connection.setSavepoint();
            insert(connection, client, "kept too");
            connection.releaseSavepoint(unnamed);
            connection.commit();
            assertEquals(List.of("kept", "kept too"), notes(connection, client));
            connection.commit();
          }
        });
  }

  @Test
  void readOnly() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            for (int i = 0; i < 3; i++) {
              connection.setReadOnly(true);
              assertEquals("on", one(connection, "show transaction_read_only"));
              assertFails("25006", () -> insert(connection, client, "refused"));
              connection.rollback();
              connection.setReadOnly(false);
              insert(connection, client, "written");
              connection.commit();
            }
            assertEquals(3, notes(connection, client).size());
            connection.commit();
          }
        });
  }

  @Test
  void autosaveAlways() throws Exception {
    autosave("always");
  }

  @Test
  void autosaveConservative() throws Exception {
    autosave("conservative");
  }

  private void autosave(String autosave) throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection =
              connect(target, "autosave=" + autosave, "prepareThreshold=1")) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            for (int n = 0; n < 5; n++) {
              insert(connection, client, "note " + n);
              assertEquals("" + client, one(connection, "select ?::int", client));
            }
            assertFails("22012", () -> one(connection, "select 1 / ?::int", 0));
            if (autosave.equals("always")) {
              insert(connection, client, "after the error");
              connection.commit();
              assertEquals(6, notes(connection, client).size());
            } else {
              assertFails("25P02", () -> one(connection, "select 1"));
            }
            connection.rollback();
          }
        });
  }

  @Test
  void commitOfAFailedTransaction() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            insert(connection, client, "lost");
            assertFails("42703", () -> one(connection, "select nope"));
            // PostgreSQL answers with ROLLBACK.
            connection.commit();
            assertEquals(List.of(), notes(connection, client));
            connection.commit();
          }
        });
  }

  private static void insert(Connection connection, int client, String note) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into jdbc_notes values (?, ?)")) {
      insert.setInt(1, client);
      insert.setString(2, note);
      assertEquals(1, insert.executeUpdate());
    }
  }

  private static List<String> notes(Connection connection, int client) throws SQLException {
    return column(connection, "select note from jdbc_notes where client = ? order by ctid", client);
  }
}
