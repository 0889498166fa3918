package dev.sluice.proxy.backend;

/**
 * A simple query that Sluice sends for itself.
 *
 * @param resets afterwards the session is as after login
 */
public record OwnQuery(String sql, boolean resets) {
  public static final OwnQuery DISCARD_ALL = new OwnQuery("DISCARD ALL", true);
  public static final OwnQuery ROLLBACK = new OwnQuery("ROLLBACK", false);

  /** Answered without being parsed or planned: is the server there? */
  public static final OwnQuery EMPTY = new OwnQuery("", false);
}
