package dev.sluice.proxy.cluster;

import dev.sluice.proxy.cluster.ServerReading.Replaying;
import dev.sluice.proxy.cluster.ServerReading.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What follows from each answer of the servers of one list: who is the primary, what the clock is
 * told, and who is asked next. Guarded by the monitor, but for {@link #demand}.
 */
final class ClusterState {
  /**
   * How often a replica that somebody waits for is asked before its time. The WAL is often still on
   * its way at first; one that is not there after some probes lags.
   */
  private static final int TRIES = 5;

  private final FreshnessClock clock;
  private final Probes probes;
  private final LongSupplier nanoTime;
  private final List<NodeRecord> nodes = new ArrayList<>();
  private final PrimaryElection election = new PrimaryElection();
  private final QuietPrimary quiet;
  private PrimaryElection.Decision decision;
  private @Nullable PrimaryPosition primary;
  private final AtomicLong demandedTick = new AtomicLong();
  private long servedTick;

  /** What can be asked of the servers, which are named by their places. */
  interface Probes {
    /** Asks before its time. */
    void request(int node);

    /** Has something written behind the last record. */
    void nudge(int node);
  }

  ClusterState(
      List<MonitoredNode> list,
      FreshnessLimits limits,
      ProbeTiming timing,
      FreshnessClock clock,
      Probes probes,
      LongSupplier nanoTime) {
    this.clock = clock;
    this.probes = probes;
    this.nanoTime = nanoTime;
    this.quiet = new QuietPrimary(timing.interval().toNanos());
    for (MonitoredNode node : list) {
      nodes.add(new NodeRecord(nodes.size(), node.target().name(), node.role(), limits));
    }
    decision = election.decide(nodes.stream().map(NodeRecord::candidate).toList());
  }

  /** Somebody waits for this tick to be reached: behind it the replicas are asked at once. */
  void demand(long tick) {
    if (tick > demandedTick.get()) {
      demandedTick.accumulateAndGet(tick, Math::max);
    }
  }

  void sending(int node) {
    nodes.get(node).sending(decision.primary() == node ? clock.begin() : null);
  }

  void answered(int node, ServerReading answer) {
    NodeRecord record = nodes.get(node);
    ServerReading reading = record.answered(answer);
    FreshnessClock.Tick tick = record.takeTick();
    decide();
    if (decision.refused().get(node) != null) {
      return;
    }
    switch (reading.position()) {
      case Writing writing when decision.primary() == node ->
          primaryAnswered(node, tick, reading, writing);
      case Writing _ -> clock.lost(node);
      case Replaying replaying -> replicaAnswered(record, reading, replaying);
    }
  }

  private void primaryAnswered(
      int node, FreshnessClock.@Nullable Tick tick, ServerReading reading, Writing writing) {
    clock.lost(node); // it is no replica
    PrimaryPosition position =
        new PrimaryPosition(
            node,
            reading.identity().systemIdentifier(),
            reading.timeline(),
            writing.insertLsn(),
            reading.wal());
    primary = position;
    if (tick == null) {
      // It was not known to be one when it was asked.
      clock.primaryFound(position);
      nodes.forEach(each -> probes.request(each.node()));
      return;
    }
    clock.primaryAnswered(tick, position);
    if (quiet.wantsNudge(
        reading.wal().lastRecordEnd(writing.insertLsn()),
        writing.flushLsn(),
        reading.askedNanos())) {
      probes.nudge(node);
    }
    long demanded = demandedTick.get();
    if (demanded > servedTick && tick.number() >= demanded) {
      servedTick = tick.number();
      for (NodeRecord other : nodes) {
        if (other.node() != node) {
          other.await(TRIES);
          probes.request(other.node());
        }
      }
    }
  }

  private void replicaAnswered(NodeRecord record, ServerReading reading, Replaying replaying) {
    int node = record.node();
    clock.replicaAnswered(
        node,
        new ReplicaPosition(
            replaying.replayLsn(),
            reading.timeline(),
            reading.identity().startMicros(),
            reading.askedNanos(),
            reading.answeredNanos(),
            reading.generation()));
    if (clock.tick(node) < servedTick && record.tryAgain()) {
      probes.request(node);
    }
    if (primary != null) {
      record.judge(clock.reached(node), record.lagBytes(primary), nanoTime.getAsLong());
    }
  }

  void lost(int node) {
    clock.lost(node);
    nodes.get(node).lost();
  }

  void failed(int node, String reason) {
    clock.lost(node);
    nodes.get(node).failed(reason);
    decide();
  }

  void drain(int node, boolean out) {
    nodes.get(node).drain(out);
  }

  /** A server that is refused from now on counts for nothing, whatever it answered before. */
  private void decide() {
    decision = election.decide(nodes.stream().map(NodeRecord::candidate).toList());
    for (NodeRecord record : nodes) {
      if (decision.refused().get(record.node()) != null) {
        clock.lost(record.node());
      }
    }
  }

  /** What is known now. */
  ClusterView look() {
    long now = nanoTime.getAsLong();
    List<NodeView> views = new ArrayList<>(nodes.size());
    for (NodeRecord record : nodes) {
      int node = record.node();
      views.add(
          record.view(
              new NodeRecord.Standing(
                  decision.primary() == node,
                  decision.refused().get(node),
                  clock.reached(node),
                  clock.isDiverged(node),
                  primary,
                  now)));
    }
    int chosen = decision.primary();
    return new ClusterView(
        chosen == PrimaryElection.NOBODY ? null : views.get(chosen), views, decision.alarm());
  }
}
