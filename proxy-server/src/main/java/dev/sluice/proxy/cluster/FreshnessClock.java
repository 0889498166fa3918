package dev.sluice.proxy.cluster;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How stale each replica can be at most, and whether it has seen a write.
 *
 * <p>Each probe of the primary has a number, its <em>tick</em>, that is given before the probe is
 * sent. A replica that has replayed up to the position that came back shows everything that was
 * acknowledged before the tick was sent, whatever the servers' clocks say. A write is stamped with
 * the next tick; a replica whose tick has reached the stamp shows it.
 *
 * <p>An <em>epoch</em> is one history of one primary. With a new one nothing that was known of
 * replicas counts; stamps of earlier epochs are reached with the first tick of the new one, for the
 * numbers go on. A replica that nothing is known of never counts as fresh.
 *
 * <p>Stamps and bounds may be read by any thread and cost a volatile read each; the rest is
 * synchronised.
 */
public final class FreshnessClock {
  /** The tick of a replica that nothing is known of; less than every stamp. */
  public static final long UNKNOWN = 0;

  private static final int REMEMBERED_TICKS = 1024;

  private final LongSupplier nanoTime;
  private final AtomicReferenceArray<Reached> reached;
  private volatile long lastTick = UNKNOWN;

  // Guarded by this, all of it.
  private final TickLog log;
  private final @Nullable ReplicaPosition[] replicas;
  private final long[] lostNanos;
  private final boolean[] everLost;
  private final Divergence divergence;
  private @Nullable PrimaryPosition primary;
  private long epoch;

  /**
   * A clock that knows nothing yet.
   *
   * @param nodes how many there are; they are named by their place in the list
   */
  public FreshnessClock(int nodes, LongSupplier nanoTime) {
    this(nodes, nanoTime, REMEMBERED_TICKS);
  }

  FreshnessClock(int nodes, LongSupplier nanoTime, int rememberedTicks) {
    this.nanoTime = nanoTime;
    this.reached = new AtomicReferenceArray<>(nodes);
    this.log = new TickLog(rememberedTicks);
    this.replicas = new ReplicaPosition[nodes];
    this.lostNanos = new long[nodes];
    this.everLost = new boolean[nodes];
    this.divergence = new Divergence(nodes);
    for (int node = 0; node < nodes; node++) {
      reached.set(node, Reached.NOTHING);
    }
  }

  /**
   * The stamp of a write whose end has been seen and whose answer has not been forwarded: the next
   * tick, which is not sent yet.
   */
  public long nextTick() {
    return lastTick + 1;
  }

  /** Whether the replica shows every write with this stamp. */
  public boolean hasSeen(int node, long stamp) {
    return reached.get(node).tick() >= stamp;
  }

  /** The newest tick that the replica has reached, or {@link #UNKNOWN}. */
  public long tick(int node) {
    return reached.get(node).tick();
  }

  /** An upper bound on the replica's staleness; {@link Long#MAX_VALUE} if nothing is known. */
  public long stalenessNanos(int node, long nowNanos) {
    return reached.get(node).stalenessNanos(nowNanos);
  }

  /** The replica's tick together with what it rests on. */
  public Reached reached(int node) {
    return reached.get(node);
  }

  /** Which history it is, counted from 1; 0 before the first answer of a primary. */
  public synchronized long epoch() {
    return epoch;
  }

  /** A probe of the primary is about to be sent. What it answers is told with this tick. */
  public synchronized Tick begin() {
    long sent = nanoTime.getAsLong();
    long tick = lastTick + 1;
    // From here on writes get a later stamp, and only then the probe goes out.
    lastTick = tick;
    return new Tick(tick, sent);
  }

  /** A probe that is under way. */
  public record Tick(long number, long sentNanos) {}

  /**
   * A primary was found by a probe that was sent before it was known to be one, and which is no
   * tick. If it is another history than that of the last primary, nothing of that one counts.
   */
  public synchronized void primaryFound(PrimaryPosition position) {
    continueWith(position);
  }

  /**
   * The primary has answered. Answers come in the order of their ticks; one that took longer than
   * the probe that was sent after it must not be told.
   */
  public synchronized void primaryAnswered(Tick tick, PrimaryPosition position) {
    continueWith(position);
    long recordEnd = position.geometry().lastRecordEnd(position.insertLsn());
    log.add(tick.number(), tick.sentNanos(), recordEnd);
    for (int node = 0; node < replicas.length; node++) {
      divergence.compare(node, replicas[node], tick.sentNanos(), position);
      settle(node);
    }
  }

  private void continueWith(PrimaryPosition position) {
    PrimaryPosition before = primary;
    if (before == null || !position.continues(before)) {
      beginEpoch();
      divergence.clear();
      if (before != null) {
        // What they answered before was said of another history.
        Arrays.fill(replicas, null);
      }
    } else if (position.insertLsn() < before.insertLsn()) {
      // It has lost WAL that was not flushed, or was restored; what was acknowledged may be gone.
      beginEpoch();
    }
    primary = position;
  }

  private void beginEpoch() {
    epoch++;
    log.clear();
    for (int node = 0; node < replicas.length; node++) {
      reached.set(node, Reached.NOTHING);
    }
  }

  /** A replica has answered. */
  public synchronized void replicaAnswered(int node, ReplicaPosition position) {
    if (everLost[node] && position.askedNanos() - lostNanos[node] <= 0) {
      return; // it was under way when a connection was lost: from which of its lives is it?
    }
    ReplicaPosition before = replicas[node];
    if (before != null
        && (position.generation() != before.generation()
            || position.timeline() != before.timeline()
            || position.replayLsn() < before.replayLsn())) {
      reached.set(node, Reached.NOTHING);
    }
    divergence.seen(node, position.startMicros());
    replicas[node] = position;
    settle(node);
  }

  /**
   * A connection to the server was lost, it does not answer, or it is no replica: nothing counts
   * any more, until it is asked again.
   */
  public synchronized void lost(int node) {
    lostNanos[node] = nanoTime.getAsLong();
    everLost[node] = true;
    replicas[node] = null;
    reached.set(node, Reached.NOTHING);
  }

  /** Whether the replica was beyond what the primary had later: it has another history. */
  public synchronized boolean isDiverged(int node) {
    return divergence.is(node);
  }

  /** Gives the replica the newest tick that its position proves. */
  private void settle(int node) {
    ReplicaPosition replica = replicas[node];
    PrimaryPosition now = primary;
    if (replica == null || now == null) {
      return;
    }
    if (replica.timeline() != now.timeline() || divergence.is(node)) {
      reached.set(node, Reached.NOTHING);
      return;
    }
    int newest = log.newestReached(replica.replayLsn());
    Reached known = reached.get(node);
    // The log grows thinner; what was proven once stays proven.
    boolean newer = newest >= 0 && log.tick(newest) >= known.tick();
    if (newer || known.isKnown()) {
      reached.set(
          node,
          new Reached(
              newer ? log.tick(newest) : known.tick(),
              newer ? log.sentNanos(newest) : known.sentNanos(),
              replica.askedNanos(),
              replica.generation()));
    }
  }
}
