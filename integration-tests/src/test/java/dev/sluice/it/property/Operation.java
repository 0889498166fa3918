package dev.sluice.it.property;

/**
 * A statement of a script.
 *
 * @param whole whether it is several statements in one string, which only a simple query can carry
 */
record Operation(Kind kind, String sql, boolean whole) {

  static Operation of(Kind kind, String sql) {
    return new Operation(kind, sql, false);
  }

  static Operation whole(Kind kind, String sql) {
    return new Operation(kind, sql, true);
  }
}
