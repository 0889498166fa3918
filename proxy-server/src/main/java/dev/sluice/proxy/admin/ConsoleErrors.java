package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;

/** The errors that more than one place of the console raises. */
final class ConsoleErrors {
  private static final int MAX_QUOTED = 100;

  private ConsoleErrors() {}

  static ConsoleException error(SqlState sqlState, String message) {
    return new ConsoleException(ErrorMessage.error(sqlState, message));
  }

  static ConsoleException error(SqlState sqlState, String message, String hint) {
    return new ConsoleException(ErrorMessage.error(sqlState, message).withHint(hint));
  }

  static ConsoleException syntax(String message) {
    return error(SqlState.SYNTAX_ERROR, message, ConsoleGrammar.COMMANDS_HINT);
  }

  /** A syntax error at this piece of the statement. */
  static ConsoleException syntaxAt(String problem, String piece) {
    return syntax(problem + " at or near \"" + shortened(piece) + "\"");
  }

  static ConsoleException unavailable(String what, String hint) {
    return error(SqlState.FEATURE_NOT_SUPPORTED, what + " is not available in this version", hint);
  }

  static ConsoleException notAllowed() {
    return error(
        SqlState.INSUFFICIENT_PRIVILEGE,
        "permission denied: only an admin user of the console may do this",
        "Users listed in admin.users may.");
  }

  /** A session holds as many of these as it may. */
  static ConsoleException limit(String things, int limit) {
    return error(
        SqlState.CONFIGURATION_LIMIT_EXCEEDED,
        "a console session may have at most " + limit + " " + things,
        "Close some of them, or reconnect.");
  }

  private static String shortened(String piece) {
    if (piece.length() <= MAX_QUOTED) {
      return piece;
    }
    int end = Character.isHighSurrogate(piece.charAt(MAX_QUOTED - 1)) ? MAX_QUOTED - 1 : MAX_QUOTED;
    return piece.substring(0, end) + "...";
  }
}
