package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements and portals of one console session, by name; the empty name is the
 * unnamed.
 */
final class SessionObjects {
  static final int MAX_STATEMENTS = 1000;
  static final int MAX_PORTALS = 100;

  /**
   * A parsed statement.
   *
   * @param command null when the text is empty
   * @param parameterTypes that Parse declared; no console statement uses parameters, but drivers
   *     may declare some
   */
  record Statement(@Nullable ConsoleCommand command, List<Integer> parameterTypes) {}

  private final Map<String, Statement> statements = new HashMap<>();
  private final Map<String, Portal> portals = new HashMap<>();

  void addStatement(String name, Statement statement) throws ConsoleException {
    if (!name.isEmpty() && statements.containsKey(name)) {
      throw ConsoleErrors.error(
          SqlState.DUPLICATE_PREPARED_STATEMENT,
          "prepared statement \"" + name + "\" already exists");
    }
    if (statements.size() >= MAX_STATEMENTS && !statements.containsKey(name)) {
      throw ConsoleErrors.limit("prepared statements", MAX_STATEMENTS);
    }
    statements.put(name, statement);
  }

  Statement statement(String name) throws ConsoleException {
    Statement statement = statements.get(name);
    if (statement == null) {
      throw ConsoleErrors.error(
          SqlState.INVALID_SQL_STATEMENT_NAME,
          name.isEmpty()
              ? "unnamed prepared statement does not exist"
              : "prepared statement \"" + name + "\" does not exist");
    }
    return statement;
  }

  /** A name that is not in use is no error, as in PostgreSQL. */
  void closeStatement(String name) {
    statements.remove(name);
  }

  void closeStatements() {
    statements.clear();
  }

  void addPortal(String name, Portal portal) throws ConsoleException {
    if (!name.isEmpty() && portals.containsKey(name)) {
      throw ConsoleErrors.error(
          SqlState.DUPLICATE_CURSOR, "cursor \"" + name + "\" already exists");
    }
    if (portals.size() >= MAX_PORTALS && !portals.containsKey(name)) {
      throw ConsoleErrors.limit("portals", MAX_PORTALS);
    }
    portals.put(name, portal);
  }

  Portal portal(String name) throws ConsoleException {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw ConsoleErrors.error(
          SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
    }
    return portal;
  }

  void closePortal(String name) {
    portals.remove(name);
  }

  void closePortals() {
    portals.clear();
  }
}
