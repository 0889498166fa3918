package dev.sluice.proxy.backend;

import dev.sluice.proxy.session.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named statements that a backend holds, least recently used first. It runs ahead of
 * PostgreSQL: a statement is here from the moment its Parse is sent, and goes again when PostgreSQL
 * turns out not to have carried it out.
 *
 * <p>A statement parsed under an older generation is still there by name, but its plan may be of a
 * table that has changed since; it is closed and parsed again before it is used.
 */
public final class PreparedStatements {
  private final LinkedHashMap<Statement, Integer> held = new LinkedHashMap<>(16, 0.75f, true);

  /** True when the statement can be used as it is. Counts as a use. */
  public boolean current(Statement statement, int generation) {
    Integer at = held.get(statement);
    return at != null && at == generation;
  }

  /** True when the server has something by this statement's name. */
  public boolean present(Statement statement) {
    return held.containsKey(statement);
  }

  public void add(Statement statement, int generation) {
    held.put(statement, generation);
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

  /** The statement to close so that one more fits, or null. */
  public @Nullable Statement eldestBeyond(int capacity) {
    if (held.size() < capacity) {
      return null;
    }
    for (Map.Entry<Statement, Integer> entry : held.entrySet()) {
      // One that is not kept cannot be parsed again: its client is pinned here.
      if (entry.getKey().kept()) {
        return entry.getKey();
      }
    }
    return null;
  }
}
