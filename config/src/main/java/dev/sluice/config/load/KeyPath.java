package dev.sluice.config.load;

import com.typesafe.config.ConfigUtil;
import dev.sluice.config.DatabaseConfig;

/**
 * A key's full name, twice.
 *
 * @param written as the operator wrote it: {@code databases.app.nodes[1].role}
 * @param table as the table of keys has it: {@code databases.*.nodes[].role}
 */
record KeyPath(String written, String table) {
  static final KeyPath ROOT = new KeyPath("", "");

  KeyPath child(String name) {
    return new KeyPath(join(written, ConfigUtil.joinPath(name)), join(table, name));
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
