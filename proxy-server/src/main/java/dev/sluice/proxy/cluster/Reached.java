package dev.sluice.proxy.cluster;

/**
 * What a replica is known to have replayed.
 *
 * <p>It is true of the server processes that had logged in when the reading was asked for, and of
 * no others: a standby that loses a process to a crash restarts all of them further back, and its
 * postmaster stays the same. Who wants to rely on it compares his login with {@code askedNanos}.
 *
 * @param tick everything that was acknowledged before this tick was sent is visible; {@link
 *     FreshnessClock#UNKNOWN} if nothing is known
 * @param sentNanos when that tick was sent; without meaning if the tick is unknown
 * @param askedNanos when the replica was asked for the position that proves it
 * @param generation of the connection that it was asked on; another one after every loss
 */
public record Reached(long tick, long sentNanos, long askedNanos, long generation) {
  static final Reached NOTHING = new Reached(FreshnessClock.UNKNOWN, 0, 0, 0);

  /** Whether there is a tick at all. */
  public boolean isKnown() {
    return tick != FreshnessClock.UNKNOWN;
  }

  /**
   * Whether it is true of a server process that had logged in by then, if that is one of the server
   * that was asked and has not been lost.
   */
  public boolean countsFor(long loggedInNanos) {
    return isKnown() && loggedInNanos - askedNanos <= 0;
  }

  /** An upper bound on how stale the replica is; {@link Long#MAX_VALUE} if there is none. */
  public long stalenessNanos(long nowNanos) {
    return isKnown() ? nowNanos - sentNanos : Long.MAX_VALUE;
  }
}
