package dev.sluice.proxy.cluster;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which replicas have WAL that their primary does not have: they follow, or have followed, another
 * server of the same timeline, or the primary has lost what it had sent. Later positions prove
 * nothing of such a replica, not even when the primary has overtaken it. Not for several threads.
 */
final class Divergence {
  private final boolean[] diverged;

  /** The postmaster that was found so. */
  private final long[] startMicros;

  Divergence(int nodes) {
    diverged = new boolean[nodes];
    startMicros = new long[nodes];
  }

  /** Compares the replica's reading with one of the primary that was asked for behind it. */
  void compare(
      int node, @Nullable ReplicaPosition replica, long sentNanos, PrimaryPosition primary) {
    if (replica != null
        && replica.timeline() == primary.timeline()
        && replica.answeredNanos() - sentNanos <= 0
        && replica.replayLsn() > primary.insertLsn()) {
      diverged[node] = true;
      startMicros[node] = replica.startMicros();
    }
  }

  /** The replica has answered. It can only be rewound or made anew while it is down. */
  void seen(int node, long itsStartMicros) {
    diverged[node] &= startMicros[node] == itsStartMicros;
  }

  boolean is(int node) {
    return diverged[node];
  }

  void clear() {
    Arrays.fill(diverged, false);
  }
}
