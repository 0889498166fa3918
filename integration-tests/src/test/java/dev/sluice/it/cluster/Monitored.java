package dev.sluice.it.cluster;

import dev.sluice.config.Node;
import dev.sluice.config.NodeRole;
import dev.sluice.it.Await;
import dev.sluice.proxy.cluster.ClusterMonitor;
import dev.sluice.proxy.cluster.ClusterView;
import dev.sluice.proxy.cluster.FreshnessClock;
import dev.sluice.proxy.cluster.FreshnessLimits;
import dev.sluice.proxy.cluster.MonitoredNode;
import dev.sluice.proxy.cluster.NodeState;
import dev.sluice.proxy.cluster.NodeView;
import dev.sluice.proxy.cluster.ProbeTarget;
import dev.sluice.proxy.cluster.ProbeTiming;
import dev.sluice.proxy.cluster.ServerProbers;
import dev.sluice.proxy.cluster.ServerRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A monitor of some servers, which are named by their place in the list. */
final class Monitored implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofMillis(20);
  static final Duration TIMEOUT = Duration.ofMillis(500);
  static final FreshnessLimits LIMITS =
      new FreshnessLimits(Duration.ofSeconds(1), Long.MAX_VALUE, 3);

  private final ServerProbers probers = new ServerProbers(System::nanoTime);
  private final ClusterMonitor monitor;

  private Monitored(List<MonitoredNode> nodes, FreshnessLimits limits) {
    monitor =
        ClusterMonitor.start(
            "test", nodes, limits, new ProbeTiming(INTERVAL, TIMEOUT), probers, System::nanoTime);
  }

  static Monitored of(List<TestServer> servers) {
    return of(servers, LIMITS);
  }

  static Monitored of(List<TestServer> servers, FreshnessLimits limits) {
    return as("postgres", servers, limits);
  }

  static Monitored as(String user, List<TestServer> servers, FreshnessLimits limits) {
    List<MonitoredNode> nodes = new ArrayList<>();
    for (TestServer server : servers) {
      nodes.add(new MonitoredNode(target(server, user), NodeRole.AUTO));
    }
    return new Monitored(nodes, limits);
  }

  /** The servers by their Unix sockets. */
  static Monitored bySocket(List<TestServer> servers) {
    List<MonitoredNode> nodes = new ArrayList<>();
    for (TestServer server : servers) {
      Node node = new Node.Unix(server.socket(), NodeRole.AUTO, 1);
      nodes.add(
          new MonitoredNode(
              ProbeTarget.of(node, "postgres", "postgres", "", Map.of()), NodeRole.AUTO));
    }
    return new Monitored(nodes, LIMITS);
  }

  static ProbeTarget target(TestServer server, String user) {
    Node node = new Node.Tcp(server.address().host(), server.address().port(), NodeRole.AUTO, 1);
    return ProbeTarget.of(node, "postgres", user, "", Map.of());
  }

  ClusterMonitor monitor() {
    return monitor;
  }

  FreshnessClock clock() {
    return monitor.clock();
  }

  NodeView node(int node) {
    return monitor.view().nodes().get(node);
  }

  Duration staleness(int node) {
    return Duration.ofNanos(clock().stalenessNanos(node, System.nanoTime()));
  }

  void awaitView(Predicate<ClusterView> condition) {
    Await.until(() -> condition.test(monitor.view()), () -> monitor.view().toString());
  }

  void awaitNode(int node, ServerRole role, NodeState state) {
    awaitView(
        view -> view.nodes().get(node).role() == role && view.nodes().get(node).state() == state);
  }

  void awaitPrimary(int node) {
    awaitView(view -> view.primary() != null && view.primary().node() == node);
    awaitNode(node, ServerRole.PRIMARY, NodeState.UP);
  }

  void awaitReplica(int node) {
    awaitNode(node, ServerRole.REPLICA, NodeState.UP);
  }

  @Override
  public void close() {
    monitor.close();
    probers.close();
  }
}
