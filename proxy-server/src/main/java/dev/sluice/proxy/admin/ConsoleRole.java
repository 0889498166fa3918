package dev.sluice.proxy.admin;

/** What a client of the console may do. */
public enum ConsoleRole {
  /** SHOW, and what drivers send of themselves. */
  STATS,
  /** Everything. */
  ADMIN;

  /** Whether this role may do what {@code needed} may. */
  boolean covers(ConsoleRole needed) {
    return compareTo(needed) >= 0;
  }
}
