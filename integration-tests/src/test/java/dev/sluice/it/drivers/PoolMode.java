package dev.sluice.it.drivers;

import java.util.Locale;

/** The pool modes under test. Each has a database of its own, of the same name on both sides. */
enum PoolMode {
  /** Clients stay connected and share the backends transaction by transaction. */
  TRANSACTION,
  /** Clients come and go; each has its backend for as long as it stays. */
  SESSION;

  /** Backends of the pool: far fewer than clients. */
  static final int POOL_SIZE = 3;

  String database() {
    return "drivers_" + word();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
