package dev.sluice.config.load;

import com.typesafe.config.ConfigUtil;
import dev.sluice.config.DatabaseConfig;
import java.util.regex.Pattern;

/**
 * A key's full name, twice.
 *
 * @param written as the operator wrote it: {@code databases.app.nodes[1].role}
 * @param table as the table of keys has it: {@code databases.*.nodes[].role}
 */
record KeyPath(String written, String table) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]{1,40}");
  static final KeyPath ROOT = new KeyPath("", "");

  KeyPath child(String name) {
    return new KeyPath(join(written, ConfigUtil.joinPath(name)), join(table, name));
  }

  /**
   * A child that is no key. A key and its value without a sign between them are one long key; since
   * the value may be a secret, only what looks like a key is repeated.
   */
  KeyPath unknown(String name) {
    return child(PLAIN.matcher(name).matches() ? name : "...");
  }

  /** The entry that the operator called {@code name} in a section of named entries. */
  KeyPath entry(String name) {
    return new KeyPath(join(written, ConfigUtil.joinPath(name)), join(table, DatabaseConfig.ANY));
  }

  KeyPath item(int index) {
    return new KeyPath(written + "[" + index + "]", table + "[]");
  }

  /** A key in a section; either may be empty. */
  static String join(String prefix, String name) {
    return prefix.isEmpty() || name.isEmpty() ? prefix + name : prefix + "." + name;
  }
}
