package dev.sluice.proxy.backend;

import dev.sluice.proxy.session.Statement;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The named statements that a backend holds, least recently used first. It runs ahead of
 * PostgreSQL: a statement is here from the moment its Parse is sent, and goes again when PostgreSQL
 * turns out not to have carried it out.
 */
public final class PreparedStatements {
  private final LinkedHashMap<Statement, Statement> held = new LinkedHashMap<>(16, 0.75f, true);

  /** True when the statement can be used as it is. Counts as a use. */
  public boolean holds(Statement statement) {
    return held.get(statement) != null;
  }

  public void add(Statement statement) {
    held.put(statement, statement);
  }

  public void remove(Statement statement) {
    held.remove(statement);
  }

  public void clear() {
    held.clear();
  }

  public int size() {
    return held.size();
  }

  /** The names that the server knows them by. */
  Set<String> names() {
    Set<String> names = new HashSet<>();
    held.keySet()
        .forEach(
            statement -> names.add(new String(statement.serverName(), StandardCharsets.UTF_8)));
    return names;
  }

  /** The statement to close so that one more fits, or null. */
  public @Nullable Statement eldestBeyond(int capacity) {
    if (held.size() < capacity) {
      return null;
    }
    for (Statement statement : held.keySet()) {
      // One that is not kept cannot be parsed again: its client is pinned here.
      if (statement.kept()) {
        return statement;
      }
    }
    return null;
  }
}
