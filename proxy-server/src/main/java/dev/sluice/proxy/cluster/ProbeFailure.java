package dev.sluice.proxy.cluster;

import java.sql.SQLException;

/** Why a server could not be asked, in one line. */
final class ProbeFailure {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private ProbeFailure() {}

  /** HikariCP says that time is over, the driver that there is no connection, the root why. */
  static String reason(SQLException e) {
    Throwable outer = e.getCause() instanceof SQLException inner ? inner : e;
    Throwable root = outer.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    String reason = outer.getMessage() + (root == null ? "" : " (" + root + ")");
    return reason.replaceAll("\\s+", " ");
  }

  /** Whether the connection is gone with it. */
  static boolean isLoss(SQLException e) {
    String state = e.getSQLState();
    return state == null || state.startsWith("08") || state.startsWith("57P");
  }

  static boolean isRefusal(SQLException e) {
    return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
  }
}
