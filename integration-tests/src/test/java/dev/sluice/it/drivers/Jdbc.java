package dev.sluice.it.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** What the pgjdbc tests have in common. */
public final class Jdbc {

  private Jdbc() {}

  public static Connection connect(Target target, String... options) throws SQLException {
    return DriverManager.getConnection(target.jdbcUrl(options));
  }

  /** Runs it outside of what is tested. */
  public static void execute(Target target, String... statements) throws SQLException {
    try (Connection connection = connect(target)) {
      execute(connection, statements);
    }
  }

  public static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column, as text. */
  public static List<String> column(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return column(rows);
      }
    }
  }

  public static List<String> column(ResultSet rows) throws SQLException {
    List<String> values = new ArrayList<>();
    while (rows.next()) {
      values.add(String.valueOf(rows.getString(1)));
    }
    return values;
  }

  public static String one(Connection connection, String sql, Object... parameters)
      throws SQLException {
    List<String> values = column(connection, sql, parameters);
    assertEquals(1, values.size(), "rows of " + sql);
    return values.getFirst();
  }

  public static SQLException assertFails(String sqlState, Executable call) {
    SQLException e = assertThrows(SQLException.class, call);
    assertEquals(sqlState, e.getSQLState(), e::toString);
    return e;
  }

  /** Asks PostgreSQL itself until it runs the query that contains the marker. */
  static void awaitRunning(Target server, String marker) throws SQLException {
    try (Connection connection = connect(server)) {
      String query =
          "select count(*) from pg_stat_activity, pg_sleep(0.01) where state = 'active' and query"
              + " like '%' || ? || '%' and pid <> pg_backend_pid()";
      for (int i = 0; i < 3000; i++) {
        if (!one(connection, query, marker).equals("0")) {
          return;
        }
      }
      throw new AssertionError("never ran: " + marker);
    }
  }
}
