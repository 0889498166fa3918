package dev.sluice.proxy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
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
  private final FreshnessClock clock;
  private final ChangeLog changes;
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private volatile ClusterView view;

  // Guarded by this.
  private final ClusterState state;
  private boolean closed;

  private ClusterMonitor(
      String name,
      List<MonitoredNode> list,
      FreshnessLimits limits,
      ProbeTiming timing,
      ServerProbers probers,
      LongSupplier nanoTime) {
    this.probers = probers;
    this.clock = new FreshnessClock(list.size(), nanoTime);
    this.changes = new ChangeLog(name);
    for (int node = 0; node < list.size(); node++) {
      watches.add(new Watch(node));
    }
    ClusterState.Probes asking =
        new ClusterState.Probes() {
          @Override
          public void request(int node) {
            watches.get(node).requestProbe();
          }

          @Override
          public void nudge(int node) {
            watches.get(node).nudge();
          }
        };
    this.state = new ClusterState(list, limits, timing, clock, asking, nanoTime);
    this.view = state.look();
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

  /** Answers wait until all are asked. */
  private synchronized void watch(List<MonitoredNode> list, ProbeTiming timing) {
    for (Watch watch : watches) {
      watch.prober = probers.subscribe(list.get(watch.node).target(), timing, watch);
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
    state.demand(clock.nextTick());
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
    update(all -> all.drain(node, true));
  }

  /** Ends {@link #drain}. */
  public void undrain(int node) {
    update(all -> all.drain(node, false));
  }

  /** Ends the watching; waits for probes that are under way, if nobody else watches the server. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    // Side by side, for each may have to wait for a server that does not answer.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      watches.forEach(watch -> threads.execute(watch::end));
    }
  }

  private synchronized void update(Consumer<ClusterState> change) {
    if (!closed) {
      change.accept(state);
      publish();
    }
  }

  private void publish() {
    ClusterView before = view;
    ClusterView after = state.look();
    view = after;
    changes.changed(before, after);
    if (!before.sameRolesAndStates(after)) {
      listeners.forEach(listener -> listener.changed(before, after));
    }
  }

  /** One server, and the prober that asks it. */
  private final class Watch implements ProbeListener {
    private final int node;
    private volatile @Nullable ServerProber prober;

    Watch(int node) {
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
      // No view differs for that, and the clock's tick is to be the last thing before the question.
      synchronized (ClusterMonitor.this) {
        state.sending(node);
      }
    }

    @Override
    public void answered(ServerReading reading) {
      update(all -> all.answered(node, reading));
    }

    @Override
    public void lost() {
      update(all -> all.lost(node));
    }

    @Override
    public void failed(String reason) {
      update(all -> all.failed(node, reason));
    }
  }
}
