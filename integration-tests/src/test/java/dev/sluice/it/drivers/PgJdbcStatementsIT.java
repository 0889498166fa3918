package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** pgjdbc's ways to prepare, batch and execute. */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class PgJdbcStatementsIT {

  private final PoolMode mode;
  private final Stage stage;
  private final Target target;

  PgJdbcStatementsIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
    this.target = stage.proxy(mode);
  }

  @BeforeEach
  void createTable() throws SQLException {
    execute(
        stage.server(mode.database()),
        "drop table if exists jdbc_items",
        "create table jdbc_items (id int generated always as identity, client int, n int, note"
            + " text, unique (client, n))");
  }

  @AfterEach
  void dropTable() throws SQLException {
    execute(stage.server(mode.database()), "drop table jdbc_items");
  }

  @Test
  void preparedOnTheServerFromTheFirstExecution() throws Exception {
    preparedStatements("prepareThreshold=1");
  }

  @Test
  void preparedOnTheServerFromTheFifthExecution() throws Exception {
    preparedStatements("prepareThreshold=5");
  }

  @Test
  void preparedOnTheServerInBinaryBeforeTheFirstExecution() throws Exception {
    preparedStatements("prepareThreshold=-1");
  }

  @Test
  void evictedFromTheDriversCache() throws Exception {
    preparedStatements("prepareThreshold=1", "preparedStatementCacheQueries=2");
  }

  private void preparedStatements(String... options) throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, options)) {
            crowd.allConnected();
            for (int n = 0; n < 12; n++) {
              assertEquals(
                  client + "/" + n, one(connection, "select ? || '/' || ?", client + "", n + ""));
              assertEquals(
                  client * 100 + n + "",
                  one(connection, "select " + client + " * 100 + ?::int", n));
              assertEquals(n + "", one(connection, "select ?::bigint", (long) n));
            }
          }
        });
  }

  @Test
  void onePreparedStatementWithChangingTypes() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, "prepareThreshold=1");
              PreparedStatement statement = connection.prepareStatement("select ? as v")) {
            crowd.allConnected();
            for (int n = 0; n < 5; n++) {
              for (Object value : List.of(client, "text " + client, client + 0.5, (long) n)) {
                statement.setObject(1, value);
                try (ResultSet rows = statement.executeQuery()) {
                  rows.next();
                  assertEquals(value, rows.getObject(1));
                }
              }
            }
            assertEquals(1, Objects.requireNonNull(statement.getMetaData()).getColumnCount());
            assertEquals(1, statement.getParameterMetaData().getParameterCount());
          }
        });
  }

  @Test
  void failedStatementsDoNotDisturbTheFollowing() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, "prepareThreshold=1")) {
            crowd.allConnected();
            for (int n = 0; n < 3; n++) {
              assertFails(
                  "42P01", () -> one(connection, "select * from no_such_table where 1 = ?", 1));
              assertFails("22012", () -> one(connection, "select 1 / ?::int", 0));
              assertFails("42601", () -> execute(connection, "selec"));
              assertEquals("" + client, one(connection, "select ?::int", client));
            }
          }
        });
  }

  @Test
  void batches() throws Exception {
    batches("prepareThreshold=5");
  }

  @Test
  void batchesPreparedAtOnce() throws Exception {
    batches("prepareThreshold=1");
  }

  @Test
  void batchesRewrittenToMultiRowInserts() throws Exception {
    batches("reWriteBatchedInserts=true");
  }

  private void batches(String option) throws Exception {
    boolean rewritten = option.startsWith("reWrite");
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, option);
              PreparedStatement insert =
                  connection.prepareStatement(
                      "insert into jdbc_items (client, n, note) values (?, ?, ?)")) {
            crowd.allConnected();
            int[] counts = insertRows(insert, client, 0, 500);
            int each = rewritten ? Statement.SUCCESS_NO_INFO : 1;
            assertArrayEquals(IntStream.generate(() -> each).limit(500).toArray(), counts);
            assertEquals("500", count(connection, client));

            connection.setAutoCommit(false);
            insertRows(insert, client, 500, 600);
            connection.rollback();
            assertEquals("500", count(connection, client));
            BatchUpdateException duplicate =
                assertThrows(
                    BatchUpdateException.class, () -> insertRows(insert, client, 499, 700));
            assertEquals("23505", duplicate.getSQLState());
            connection.rollback();
            assertEquals("500", count(connection, client));
            connection.commit();
          }
        });
  }

  private static int[] insertRows(PreparedStatement insert, int client, int from, int to)
      throws SQLException {
    for (int n = from; n < to; n++) {
      insert.setInt(1, client);
      insert.setInt(2, n);
      insert.setString(3, "row " + n);
      insert.addBatch();
    }
    return insert.executeBatch();
  }

  private static String count(Connection connection, int client) throws SQLException {
    return one(connection, "select count(*) from jdbc_items where client = ?", client);
  }

  @Test
  void batchOfDifferentStatements() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target);
              Statement statement = connection.createStatement()) {
            crowd.allConnected();
            statement.addBatch("insert into jdbc_items (client, n) values (" + client + ", 1)");
            statement.addBatch("insert into jdbc_items (client, n) values (" + client + ", 2)");
            statement.addBatch("update jdbc_items set note = 'x' where client = " + client);
            statement.addBatch("delete from jdbc_items where n = 1 and client = " + client);
            assertArrayEquals(new int[] {1, 1, 2, 1}, statement.executeBatch());
          }
        });
  }

  @Test
  void generatedKeys() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target);
              PreparedStatement insert =
                  connection.prepareStatement(
                      "insert into jdbc_items (client, n) values (?, ?)", new String[] {"id"})) {
            crowd.allConnected();
            for (int n = 0; n < 20; n++) {
              insert.setInt(1, client);
              insert.setInt(2, n);
              insert.addBatch();
            }
            insert.executeBatch();
            try (ResultSet keys = insert.getGeneratedKeys()) {
              List<String> ids = Jdbc.column(keys);
              assertEquals(20, ids.size());
              assertEquals(
                  ids,
                  Jdbc.column(
                      connection, "select id from jdbc_items where client = ? order by n", client));
            }
          }
        });
  }

  @Test
  void severalStatementsInOne() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target);
              Statement statement = connection.createStatement()) {
            crowd.allConnected();
            assertTrue(statement.execute("select " + client + "; select 'b'; do $$ begin end $$"));
            assertEquals(List.of("" + client), Jdbc.column(statement.getResultSet()));
            assertTrue(statement.getMoreResults());
            assertEquals(List.of("b"), Jdbc.column(statement.getResultSet()));
            assertFalse(statement.getMoreResults());
          }
        });
  }

  /** The server says 0A000, "cached plan must not change result type"; pgjdbc prepares again. */
  @Test
  void resultTypeThatChangesUnderAPreparedStatement() throws Exception {
    try (Connection first = connect(target, "prepareThreshold=1");
        Connection second = connect(target, "prepareThreshold=1")) {
      execute(first, "insert into jdbc_items (client, n, note) values (1, 1, 'before')");
      for (Connection connection : List.of(first, second, first)) {
        assertEquals("1", one(connection, "select client, j.* from jdbc_items j"));
      }
      execute(first, "alter table jdbc_items add added text default 'new'");
      for (Connection connection : List.of(first, second, first)) {
        try (PreparedStatement statement =
                connection.prepareStatement("select client, j.* from jdbc_items j");
            ResultSet rows = statement.executeQuery()) {
          assertTrue(rows.next());
          assertEquals("new", rows.getString("added"));
        }
      }
    }
  }
}
