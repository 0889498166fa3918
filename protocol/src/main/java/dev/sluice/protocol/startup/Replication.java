package dev.sluice.protocol.startup;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the startup parameter {@code replication} asks for (manual, "Streaming Replication
 * Protocol").
 */
public enum Replication {
  /** An ordinary session. */
  NONE,
  /** A walsender for physical replication, connected to no database. */
  PHYSICAL,
  /** A walsender connected to a database, for logical replication. */
  LOGICAL;

  /**
   * Reads the parameter as PostgreSQL does: {@code database}, or a boolean in any of its spellings;
   * null if it is neither.
   */
  static @Nullable Replication parse(String value) {
    if (value.equals("database")) {
      return LOGICAL;
    }
    String lower = value.toLowerCase(Locale.ROOT);
    if (lower.isEmpty()) {
      return null;
    }
    if ("true".startsWith(lower)
        || "yes".startsWith(lower)
        || lower.equals("on")
        || lower.equals("1")) {
      return PHYSICAL;
    }
    // "o" alone could be on or off.
    boolean off = lower.length() > 1 && "off".startsWith(lower);
    return "false".startsWith(lower) || "no".startsWith(lower) || off || lower.equals("0")
        ? NONE
        : null;
  }
}
