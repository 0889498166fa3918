package dev.sluice.proxy.backend;

/**
 * A simple query that Sluice sends for itself.
 *
 * @param effect what the session is like afterwards
 */
public record OwnQuery(String sql, Effect effect) {
  /** What is known of the session once a query has succeeded. */
  public enum Effect {
    NONE,

    /** All settings are as after login. */
    RESETS_SETTINGS,

    /** Everything is as after login. */
    RESETS
  }

  public static final OwnQuery DISCARD_ALL = new OwnQuery("DISCARD ALL", Effect.RESETS);
  public static final OwnQuery RESET_SETTINGS =
      new OwnQuery("SET SESSION AUTHORIZATION DEFAULT; RESET ALL", Effect.RESETS_SETTINGS);
  public static final OwnQuery ROLLBACK = new OwnQuery("ROLLBACK", Effect.NONE);

  /** Answered without being parsed or planned: is the server there? */
  public static final OwnQuery EMPTY = new OwnQuery("", Effect.NONE);
}
