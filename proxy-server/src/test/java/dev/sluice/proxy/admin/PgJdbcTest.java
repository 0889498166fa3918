package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real JDBC driver at the console, in the protocols and formats it can be told to use. */
@Timeout(60)
class PgJdbcTest {
  private final ConsoleServer server;

  PgJdbcTest() throws IOException {
    server = new ConsoleServer(new SampleData());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** A threshold of -1 asks for binary results from the first execution on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "preferQueryMode=simple",
        "preferQueryMode=extended",
        "preferQueryMode=extendedForPrepared",
        "preferQueryMode=extendedCacheEverything",
        "prepareThreshold=1",
        "prepareThreshold=-1"
      })
  void everyTypeArrives(String option) throws SQLException {
    try (Connection connection = connect(option)) {
      for (int i = 0; i < 3; i++) {
        try (PreparedStatement statement =
                connection.prepareStatement("SHOW STATS_TOTALS database, bind_count");
            ResultSet rows = statement.executeQuery()) {
          assertTrue(rows.next());
          assertEquals("app", rows.getString(1));
          assertEquals(new BigDecimal(11), rows.getBigDecimal("bind_count"));
          assertTrue(rows.next());
          assertEquals(new BigDecimal("10000000000"), rows.getBigDecimal("bind_count"));
          assertEquals(10_000_000_000L, rows.getLong("bind_count"));
          assertFalse(rows.next());
          assertEquals(Types.NUMERIC, rows.getMetaData().getColumnType(2));
        }
        try (PreparedStatement statement = connection.prepareStatement("SHOW POOLS");
            ResultSet rows = statement.executeQuery()) {
          assertTrue(rows.next());
          assertEquals(11, rows.getInt("sv_login"));
          assertEquals("transaction", rows.getString("pool_mode"));
          assertEquals(null, rows.getString("load_balance_hosts"));
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_is_in_recovery(), -5, 'x'");
            ResultSet rows = statement.executeQuery()) {
          assertTrue(rows.next());
          assertFalse(rows.getBoolean(1));
          assertEquals(-5, rows.getInt(2));
          assertEquals("x", rows.getString(3));
        }
      }
    }
  }

  @Test
  void theConnectionPropertiesThatDriversAskFor() throws SQLException {
    try (Connection connection = connect("ApplicationName=test")) {
      assertTrue(connection.isValid(5));
      assertEquals(14, connection.getMetaData().getDatabaseMajorVersion());
      assertEquals("14.0 (Sluice 0.1.0)", connection.getMetaData().getDatabaseProductVersion());
      assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setReadOnly(true);
      connection.setClientInfo("ApplicationName", "other");
      connection.setSchema("public");
      assertTrue(connection.isValid(5));
    }
  }

  @Test
  void transactionsCommitRollBackAndRecover() throws SQLException {
    try (Connection connection = connect("autosave=never");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertEquals("Sluice 0.1.0", version(statement));
      connection.commit();
      SQLException unknown =
          assertThrows(SQLException.class, () -> statement.execute("FROBNICATE"));
      assertEquals("42601", unknown.getSQLState());
      SQLException aborted = assertThrows(SQLException.class, () -> version(statement));
      assertEquals("25P02", aborted.getSQLState());
      connection.rollback();
      assertEquals("Sluice 0.1.0", version(statement));
    }
  }

  @Test
  void autosaveRecoversByItself() throws SQLException {
    try (Connection connection = connect("autosave=always");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertEquals("Sluice 0.1.0", version(statement));
      assertThrows(SQLException.class, () -> statement.execute("FROBNICATE"));
      assertEquals("Sluice 0.1.0", version(statement));
      connection.commit();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepareThreshold=5", "prepareThreshold=-1"})
  void aFetchSizeReadsInPortions(String option) throws SQLException {
    try (Connection connection = connect(option)) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement("SHOW LISTS")) {
        statement.setFetchSize(4);
        List<Integer> items = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            items.add(rows.getInt("items"));
          }
        }
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14), items);
      }
      connection.commit();
    }
  }

  @Test
  void anErrorLeavesTheConnectionUsable() throws SQLException {
    try (Connection connection = connect("prepareThreshold=5");
        Statement statement = connection.createStatement()) {
      for (String command : List.of("PAUSE", "SELECT * FROM pg_class", "SHOW ROUTES")) {
        SQLException error =
            assertThrows(SQLException.class, () -> statement.execute(command), command);
        assertEquals("0A000", error.getSQLState(), command);
      }
      assertEquals("Sluice 0.1.0", version(statement));
    }
  }

  @Test
  void severalStatementsInOneString() throws SQLException {
    try (Connection connection = connect("prepareThreshold=5");
        Statement statement = connection.createStatement()) {
      assertTrue(statement.execute("SHOW VERSION; SET timezone = 'UTC'; SELECT 7"));
      assertFalse(statement.getMoreResults());
      assertTrue(statement.getMoreResults());
      try (ResultSet rows = statement.getResultSet()) {
        assertTrue(rows.next());
        assertEquals(7, rows.getInt(1));
      }
    }
  }

  private static String version(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SHOW VERSION")) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }

  private Connection connect(String option) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "sre");
    String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/sluice?" + option;
    return DriverManager.getConnection(url, properties);
  }
}
