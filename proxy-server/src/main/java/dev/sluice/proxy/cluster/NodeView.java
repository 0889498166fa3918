package dev.sluice.proxy.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one server.
 *
 * @param node its place in the list, by which {@link FreshnessClock} knows it
 * @param name as the configuration writes it
 * @param reason why it is in this state; empty for one that is up
 * @param reached a replica's tick and what it rests on
 * @param lagBytes WAL between the primary's last position and the replica's; -1 if not known
 * @param timeline what it writes or follows; 0 if not known
 * @param lsn where it inserts or has replayed to; 0 if not known
 * @param replayPaused whether somebody has paused replay
 * @param identity which server answered; null for one that does not answer
 * @param answeredNanos when it answered last; without meaning where identity is null
 * @param roundTripNanos how long that took
 */
public record NodeView(
    int node,
    String name,
    ServerRole role,
    NodeState state,
    String reason,
    Reached reached,
    long lagBytes,
    int timeline,
    long lsn,
    boolean replayPaused,
    @Nullable ServerIdentity identity,
    long answeredNanos,
    long roundTripNanos) {

  /** The WAL position as PostgreSQL writes it. */
  public String lsnText() {
    return Lsn.text(lsn);
  }

  /** An upper bound on a replica's staleness; {@link Long#MAX_VALUE} if there is none. */
  public long stalenessNanos(long nowNanos) {
    return reached.stalenessNanos(nowNanos);
  }
}
