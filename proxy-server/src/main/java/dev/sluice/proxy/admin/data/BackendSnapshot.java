package dev.sluice.proxy.admin.data;

/** A connection to PostgreSQL. */
public record BackendSnapshot(ConnectionSnapshot connection, State state) {

  /** PgBouncer's words, which dashboards match on; {@link #label} is what is shown. */
  public enum State {
    /** Connects or logs in. */
    LOGIN("new", "sv_login"),
    ACTIVE("active", "sv_active"),
    /** Delivers a cancel request. */
    ACTIVE_CANCEL("active_cancel", "sv_active_cancel"),
    /** Held until the cancel requests in flight for it are done. */
    BEING_CANCELED("being_canceled", "sv_being_canceled"),
    IDLE("idle", "sv_idle"),
    /** Idle so long that it is checked before it is leased. */
    USED("used", "sv_used"),
    /** Runs a reset or a check. */
    TESTED("tested", "sv_tested");

    private final String label;
    private final String socketLabel;

    State(String label, String socketLabel) {
      this.label = label;
      this.socketLabel = socketLabel;
    }

    /** As SHOW SERVERS says it. */
    public String label() {
      return label;
    }

    /** As SHOW SOCKETS says it. */
    public String socketLabel() {
      return socketLabel;
    }
  }
}
