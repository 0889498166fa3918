package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.column;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same work in each of pgjdbc's query modes. */
@ExtendWith(StageExtension.class)
class PgJdbcQueryModesIT {

  private final Stage stage;

  PgJdbcQueryModesIT(Stage stage) {
    this.stage = stage;
  }

  static Stream<Arguments> modes() {
    return Stream.of("simple", "extended", "extendedForPrepared", "extendedCacheEverything")
        .flatMap(
            query ->
                Stream.of(PoolMode.values())
                    .map(mode -> Arguments.argumentSet(query + " in " + mode.word(), query, mode)));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void sameWork(String queryMode, PoolMode mode) throws Exception {
    Target server = stage.server(mode.database());
    execute(
        server, "drop table if exists jdbc_modes", "create table jdbc_modes (client int, n int)");
    try {
      Crowd.run(stage, mode, (client, crowd) -> work(queryMode, mode, client, crowd));
    } finally {
      execute(server, "drop table jdbc_modes");
    }
  }

  private void work(String queryMode, PoolMode mode, int client, Crowd crowd) throws Exception {
    try (Connection connection =
        connect(stage.proxy(mode), "preferQueryMode=" + queryMode, "prepareThreshold=2")) {
      crowd.allConnected();
      for (int n = 0; n < 8; n++) {
        assertEquals("" + (client + n), one(connection, "select ?::int + ?::int", client, n));
        assertEquals("it's " + client, one(connection, "select 'it''s ' || ?::int", client));
        execute(connection, "select " + client);
      }
      assertFails("22012", () -> one(connection, "select 1 / ?::int", 0));
      try (PreparedStatement insert =
          connection.prepareStatement("insert into jdbc_modes values (?, ?)")) {
        insertInTransaction(connection, insert, client);
      }
      assertEquals(
          "100", one(connection, "select count(*) from jdbc_modes where client = ?", client));
      connection.commit();
    }
  }

  private static void insertInTransaction(
      Connection connection, PreparedStatement insert, int client) throws SQLException {
    connection.setAutoCommit(false);
    for (int n = 0; n < 100; n++) {
      insert.setInt(1, client);
      insert.setInt(2, n);
      insert.addBatch();
    }
    int[] ones = new int[100];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, insert.executeBatch());
    connection.commit();
    assertFails("42703", () -> one(connection, "select nope"));
    assertFails("25P02", () -> one(connection, "select 1"));
    connection.rollback();
    try (PreparedStatement cursor =
        connection.prepareStatement("select n from jdbc_modes where client = ? order by n")) {
      cursor.setFetchSize(13);
      cursor.setInt(1, client);
      assertEquals(100, column(cursor.executeQuery()).size());
    }
  }
}
