package dev.sluice.quickstart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Statements whose answer is known, and what it takes to say that another one came. */
final class Expect {
  private Expect() {}

  /** Work against a database that may fail with an SQLSTATE. */
  interface Work {
    void run() throws SQLException;
  }

  static void same(String what, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new IllegalStateException(what + " is " + actual + " and should be " + expected);
    }
  }

  static void error(String sqlState, Work work) {
    try {
      work.run();
    } catch (SQLException e) {
      if (sqlState.equals(e.getSQLState())) {
        return;
      }
      throw new IllegalStateException(
          "SQLSTATE " + e.getSQLState() + " instead of " + sqlState + ": " + e.getMessage(), e);
    }
    throw new IllegalStateException("no error where SQLSTATE " + sqlState + " was due");
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row, as text. */
  static @Nullable String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      same("a row", true, rows.next());
      return rows.getString(1);
    }
  }

  /** The first column of the first row, as text. */
  static @Nullable String value(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      same("a row", true, rows.next());
      return rows.getString(1);
    }
  }
}
