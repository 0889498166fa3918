package dev.sluice.proxy.session;

/** Why a client keeps its backend between transactions. */
public enum PinReason {
  /** A prepared statement too large for Sluice to keep and parse again elsewhere. */
  LARGE_STATEMENT("large statement"),

  /** Settings that differ from those the client logged in with, where session.set = pin. */
  SETTINGS("set"),

  /** A statement prepared by SQL. */
  PREPARE("prepare"),
  LISTEN("listen"),
  TEMPORARY_TABLES("temporary tables"),
  HELD_CURSORS("held cursors"),
  ADVISORY_LOCKS("advisory locks"),

  /** A library cannot be unloaded: only the end of the connection ends it. */
  LOAD("load"),
  SEQUENCES("sequences"),

  /** What only the end of the connection removes: a replication origin, a connection of dblink. */
  SESSION_FUNCTION("session function"),

  /** PostgreSQL could not be asked what the session holds. */
  UNKNOWN("unknown state");

  private final String label;

  PinReason(String label) {
    this.label = label;
  }

  /** The name that the console and the metrics use. */
  public String label() {
    return label;
  }
}
