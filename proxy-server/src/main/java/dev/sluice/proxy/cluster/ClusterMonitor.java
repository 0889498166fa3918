package dev.sluice.proxy.cluster;

import dev.sluice.proxy.cluster.ServerReading.Replaying;
import dev.sluice.proxy.cluster.ServerReading.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the servers of one list: which of them is the primary, which replicas are to be used, and
 * how fresh those are. What it knows is one immutable view; what is needed for every transaction is
 * in the {@link FreshnessClock}. Safe for all threads, and none of its methods waits for a server
 * but {@link #close}.
 */
public final class ClusterMonitor implements AutoCloseable {
  private final ServerProbers probers;
  private final LongSupplier nanoTime;
  private final FreshnessClock clock;
  private final ChangeLog changes;
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private volatile ClusterView view;
  private volatile long demandedTick;

  // Guarded by this.
  private final List<NodeRecord> nodes = new ArrayList<>();
  private final PrimaryElection election = new PrimaryElection();
  private final QuietPrimary quiet;
  private PrimaryElection.Decision decision;
  private @Nullable PrimaryPosition primary;
  private long servedTick;
  private boolean closed;

  private ClusterMonitor(
      String name,
      List<MonitoredNode> list,
      FreshnessLimits limits,
      ProbeTiming timing,
      ServerProbers probers,
      LongSupplier nanoTime) {
    this.probers = probers;
    this.nanoTime = nanoTime;
    this.clock = new FreshnessClock(list.size(), nanoTime);
    this.changes = new ChangeLog(name);
    this.quiet = new QuietPrimary(timing.interval().toNanos());
    for (MonitoredNode node : list) {
      nodes.add(new NodeRecord(nodes.size(), node.target().name(), node.role(), limits));
    }
    decision = election.decide(nodes.stream().map(NodeRecord::candidate).toList());
    view = look();
  }

  /**
   * Begins to watch.
   *
   * @param name what the list is called in the log
   * @param list the servers, one at least; the clock and the views name them by their place
   */
  public static ClusterMonitor start(
      String name,
      List<MonitoredNode> list,
      FreshnessLimits limits,
      ProbeTiming timing,
      ServerProbers probers,
      LongSupplier nanoTime) {
    ClusterMonitor monitor = new ClusterMonitor(name, list, limits, timing, probers, nanoTime);
    monitor.watch(list, timing);
    return monitor;
  }

  private void watch(List<MonitoredNode> list, ProbeTiming timing) {
    synchronized (this) {
      for (NodeRecord node : nodes) {
        Watch watch = new Watch(node);
        watches.add(watch);
        watch.prober = probers.subscribe(list.get(node.node).target(), timing, watch);
      }
    }
  }

  /** What is known now. */
  public ClusterView view() {
    return view;
  }

  /** Ticks, stamps and bounds of the same servers. */
  public FreshnessClock clock() {
    return clock;
  }

  /** Roles and states that change from here on are told. */
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  /** Ends {@link #addListener}. */
  public void removeListener(ClusterListener listener) {
    listeners.remove(listener);
  }

  /**
   * Asks for a tick of the primary before its time, and then for the replicas' positions: somebody
   * has written, and wants to read it on a replica. Without a primary all are asked. Cheap enough
   * for every write.
   */
  public void requestProbe() {
    NodeView known = view.primary();
    if (known == null) {
      watches.forEach(Watch::requestProbe);
      return;
    }
    demandedTick = clock.nextTick();
    watches.get(known.node()).requestProbe();
  }

  /** Asks one server before its time. */
  public void requestProbe(int node) {
    watches.get(node).requestProbe();
  }

  /**
   * A connection to the server was lost that nobody has closed: the server may have restarted, and
   * may have gone back in time. Takes no lock that is held while listeners are called.
   */
  public void connectionLost(int node) {
    clock.lost(node);
    requestProbe(node);
  }

  /** Takes the server out until {@link #undrain}. */
  public void drain(int node) {
    drain(node, true);
  }

  /** Ends {@link #drain}. */
  public void undrain(int node) {
    drain(node, false);
  }

  private synchronized void drain(int node, boolean out) {
    nodes.get(node).drain(out);
    publish();
  }

  /** Ends the watching; waits for probes that are under way, if nobody else watches the server. */
  @Override
  public void close() {
    List<Watch> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(watches);
    }
    // Side by side, for each may have to wait for a server that does not answer.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      all.forEach(watch -> threads.execute(watch::end));
    }
  }

  private synchronized void sending(NodeRecord node) {
    node.sending(decision.primary() == node.node ? clock.begin() : null);
  }

  private synchronized void answered(NodeRecord node, ServerReading reading) {
    if (closed) {
      return;
    }
    node.answered(reading);
    FreshnessClock.Tick tick = node.takeTick();
    decide();
    if (decision.refused().get(node.node) != null) {
      clock.lost(node.node);
    } else {
      switch (reading.position()) {
        case Writing writing when decision.primary() == node.node ->
            primaryAnswered(node, tick, reading, writing);
        case Writing _ -> clock.lost(node.node);
        case Replaying replaying -> replicaAnswered(node, reading, replaying);
      }
    }
    publish();
  }

  private void primaryAnswered(
      NodeRecord node, FreshnessClock.@Nullable Tick tick, ServerReading reading, Writing writing) {
    PrimaryPosition position =
        new PrimaryPosition(
            node.node,
            reading.identity().systemIdentifier(),
            reading.timeline(),
            writing.insertLsn(),
            reading.wal());
    primary = position;
    if (tick == null) {
      // It was no primary when it was asked.
      clock.primaryFound(position);
      watches.forEach(Watch::requestProbe);
      return;
    }
    clock.primaryAnswered(tick, position);
    if (quiet.wantsNudge(
        reading.wal().lastRecordEnd(writing.insertLsn()),
        writing.flushLsn(),
        reading.askedNanos())) {
      watches.get(node.node).nudge();
    }
    long demanded = demandedTick;
    if (demanded > servedTick && tick.number() >= demanded) {
      servedTick = tick.number();
      for (NodeRecord other : nodes) {
        if (other != node) {
          requestProbe(other.node);
        }
      }
    }
  }

  private void replicaAnswered(NodeRecord node, ServerReading reading, Replaying replaying) {
    clock.replicaAnswered(
        node.node,
        new ReplicaPosition(
            replaying.replayLsn(),
            reading.timeline(),
            reading.identity().startMicros(),
            reading.askedNanos(),
            reading.answeredNanos(),
            reading.generation()));
    if (primary != null) {
      node.judge(clock.reached(node.node), node.lagBytes(primary), nanoTime.getAsLong());
    }
  }

  private synchronized void lost(NodeRecord node) {
    clock.lost(node.node);
    node.lost();
    publish();
  }

  private synchronized void failed(NodeRecord node, String reason) {
    clock.lost(node.node);
    node.failed(reason);
    decide();
    publish();
  }

  /** A server that is refused from now on counts for nothing, whatever it answered before. */
  private void decide() {
    decision = election.decide(nodes.stream().map(NodeRecord::candidate).toList());
    for (NodeRecord node : nodes) {
      if (decision.refused().get(node.node) != null) {
        clock.lost(node.node);
      }
    }
  }

  private void publish() {
    if (closed) {
      return;
    }
    ClusterView before = view;
    ClusterView after = look();
    view = after;
    changes.changed(before, after);
    if (!before.sameRolesAndStates(after)) {
      listeners.forEach(listener -> listener.changed(before, after));
    }
  }

  private ClusterView look() {
    long now = nanoTime.getAsLong();
    List<NodeView> views = new ArrayList<>(nodes.size());
    for (NodeRecord node : nodes) {
      views.add(
          node.view(
              new NodeRecord.Standing(
                  decision.primary() == node.node,
                  decision.refused().get(node.node),
                  clock.reached(node.node),
                  clock.isDiverged(node.node),
                  primary,
                  now)));
    }
    int chosen = decision.primary();
    return new ClusterView(
        chosen == PrimaryElection.NOBODY ? null : views.get(chosen), views, decision.alarm());
  }

  /** One server, and the prober that asks it. */
  private final class Watch implements ProbeListener {
    private final NodeRecord node;
    private volatile @Nullable ServerProber prober;

    Watch(NodeRecord node) {
      this.node = node;
    }

    void requestProbe() {
      ServerProber asked = prober;
      if (asked != null) {
        asked.requestProbe();
      }
    }

    void nudge() {
      ServerProber asked = prober;
      if (asked != null) {
        asked.requestNudge();
      }
    }

    void end() {
      ServerProber left = prober;
      if (left != null) {
        probers.unsubscribe(left, this);
      }
    }

    @Override
    public void sending() {
      ClusterMonitor.this.sending(node);
    }

    @Override
    public void answered(ServerReading reading) {
      ClusterMonitor.this.answered(node, reading);
    }

    @Override
    public void lost() {
      ClusterMonitor.this.lost(node);
    }

    @Override
    public void failed(String reason) {
      ClusterMonitor.this.failed(node, reason);
    }
  }
}
