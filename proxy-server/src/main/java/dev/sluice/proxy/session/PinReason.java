package dev.sluice.proxy.session;

/** Why a client keeps its backend between transactions. */
public enum PinReason {
  /** A prepared statement too large for Sluice to keep and parse again elsewhere. */
  LARGE_STATEMENT("large statement");

  private final String label;

  PinReason(String label) {
    this.label = label;
  }

  /** The name that the console and the metrics use. */
  public String label() {
    return label;
  }
}
