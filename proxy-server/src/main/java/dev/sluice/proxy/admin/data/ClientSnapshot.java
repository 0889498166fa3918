package dev.sluice.proxy.admin.data;

/** A client connection. */
public record ClientSnapshot(ConnectionSnapshot connection, State state) {

  /** PgBouncer's words, which dashboards match on; {@link #label} is what is shown. */
  public enum State {
    LOGIN("login"),
    /** Holds a backend. */
    ACTIVE("active"),
    /** Logged in, no backend and nothing queued. */
    IDLE("idle"),
    WAITING("waiting"),
    ACTIVE_CANCEL_REQUEST("active_cancel_req"),
    WAITING_CANCEL_REQUEST("waiting_cancel_req");

    private final String label;

    State(String label) {
      this.label = label;
    }

    /** As SHOW CLIENTS says it. */
    public String label() {
      return label;
    }

    /** As SHOW SOCKETS says it, which knows no idle clients. */
    public String socketLabel() {
      return this == IDLE ? "cl_active" : "cl_" + label;
    }
  }
}
