package dev.sluice.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.NodeRole;
import dev.sluice.it.Await;
import dev.sluice.it.LogWatch;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.wire.WireClient;
import dev.sluice.proxy.cluster.ClusterMonitor;
import dev.sluice.proxy.cluster.ClusterView;
import dev.sluice.proxy.cluster.MonitoredNode;
import dev.sluice.proxy.cluster.NodeState;
import dev.sluice.proxy.cluster.NodeView;
import dev.sluice.proxy.cluster.ProbeTiming;
import dev.sluice.proxy.cluster.ServerIdentity;
import dev.sluice.proxy.cluster.ServerProbers;
import dev.sluice.proxy.cluster.ServerRole;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is known of a primary and a replica that both stay what they are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterMonitorIT {
  private static final int PRIMARY = 0;
  private static final int REPLICA = 1;

  @SuppressWarnings("NullAway.Init")
  private TestCluster cluster;

  @BeforeAll
  void start() {
    cluster = TestCluster.start(1);
    cluster.primary().run("create table note (id serial, text text)");
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private void write() {
    cluster.primary().run("insert into note (text) values ('written')");
  }

  @Test
  void rolesAreDiscovered() {
    List<TestServer> replicaFirst = List.of(cluster.standby(0), cluster.primary());
    try (Monitored monitored = Monitored.of(replicaFirst)) {
      monitored.awaitPrimary(1);
      monitored.awaitReplica(0);
      ClusterView view = monitored.monitor().view();
      assertNull(view.alarm());
      NodeView replica = view.nodes().getFirst();
      assertEquals("", replica.reason());
      assertEquals(1, replica.timeline());
      assertEquals("127.0.0.1", replica.identity() == null ? "" : replica.identity().address());
      assertTrue(replica.lagBytes() >= 0, replica::toString);
    }
  }

  @Test
  void unixSocketsAreProbed() {
    try (Monitored monitored = Monitored.bySocket(cluster.servers())) {
      monitored.awaitPrimary(PRIMARY);
      monitored.awaitReplica(REPLICA);
      ServerIdentity identity = monitored.node(PRIMARY).identity();
      assertNotNull(identity);
      assertNull(identity.address());
      cluster.standby(0).freeze();
      try {
        monitored.awaitNode(REPLICA, ServerRole.UNKNOWN, NodeState.DOWN);
      } finally {
        cluster.standby(0).thaw();
      }
      monitored.awaitReplica(REPLICA);
    }
  }

  @Test
  void everyUserMayProbe() {
    cluster.primary().run("create role nobody_special login");
    cluster.standby(0).catchUp(cluster.primary());
    try (Monitored monitored =
        Monitored.as("nobody_special", cluster.servers(), Monitored.LIMITS)) {
      monitored.awaitPrimary(PRIMARY);
      monitored.awaitReplica(REPLICA);
      long stamp = monitored.clock().nextTick();
      write();
      Await.until(() -> monitored.clock().hasSeen(REPLICA, stamp), () -> "the write is not seen");
    }
  }

  @Test
  void idlePrimaryKeepsItsReplicasFresh() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      Duration worst = Duration.ZERO;
      while (System.nanoTime() < end) {
        Duration staleness = monitored.staleness(REPLICA);
        worst = staleness.compareTo(worst) > 0 ? staleness : worst;
        Thread.onSpinWait();
      }
      assertTrue(worst.compareTo(Monitored.INTERVAL.multipliedBy(20)) < 0, worst.toString());
    }
  }

  @Test
  void pausedReplayMakesStaleUntilItHasCaughtUpForAWhile() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      cluster.standby(0).pauseReplay();
      write();
      monitored.awaitNode(REPLICA, ServerRole.REPLICA, NodeState.LAGGING);
      NodeView lagging = monitored.node(REPLICA);
      assertTrue(lagging.reason().contains("paused"), lagging::toString);
      assertTrue(lagging.replayPaused());
      assertTrue(lagging.lagBytes() > 0, lagging::toString);
      Duration staleness = monitored.staleness(REPLICA);
      assertTrue(staleness.compareTo(Monitored.LIMITS.maxLag()) > 0, staleness.toString());
      cluster.standby(0).resumeReplay();
      monitored.awaitReplica(REPLICA);
    } finally {
      cluster.standby(0).resumeReplay();
    }
  }

  @Test
  void delayedReplayIsMeasured() {
    Duration delay = Duration.ofMillis(400);
    cluster.standby(0).set("recovery_min_apply_delay", delay.toMillis() + "ms");
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      Duration worst = Duration.ZERO;
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      while (System.nanoTime() < end) {
        write();
        Duration staleness = monitored.staleness(REPLICA);
        worst = staleness.compareTo(worst) > 0 ? staleness : worst;
      }
      assertTrue(worst.compareTo(delay) >= 0, worst.toString());
      assertTrue(worst.compareTo(delay.plusSeconds(2)) < 0, worst.toString());
    } finally {
      cluster.standby(0).set("recovery_min_apply_delay", "0");
    }
  }

  @Test
  void quietPrimaryInTheMiddleOfATransactionLeavesNobodyStale() {
    openTransaction(cluster);
  }

  @Test
  void userWhoMayNotWriteMessagesProbesOn() {
    String emit = "function pg_logical_emit_message(boolean, text, text, boolean)";
    cluster.primary().run("create role silent login");
    cluster.primary().run("revoke execute on " + emit + " from public");
    cluster.standby(0).catchUp(cluster.primary());
    try (LogWatch log = LogWatch.of("dev.sluice.proxy.cluster");
        Monitored monitored = Monitored.as("silent", cluster.servers(), Monitored.LIMITS);
        WireClient client = cluster.primary().admin()) {
      monitored.awaitReplica(REPLICA);
      client.rows("begin");
      client.rows("insert into note (text) values ('not committed')");
      Await.until(
          () -> log.lines().stream().anyMatch(line -> line.contains("pg_logical_emit_message")),
          () -> "it was not tried");
      long answered = monitored.node(PRIMARY).answeredNanos();
      Await.until(
          () ->
              monitored.node(PRIMARY).answeredNanos() - answered
                  > Monitored.INTERVAL.multipliedBy(10).toNanos(),
          () -> "no more probes");
      client.rows("rollback");
      assertEquals(
          1, log.lines().stream().filter(line -> line.contains("pg_logical_emit_message")).count());
    } finally {
      cluster.primary().run("grant execute on " + emit + " to public");
    }
  }

  @Test
  void quietPrimaryOfTheOldestVersion() {
    try (TestCluster oldest = TestCluster.start(PostgresServers.OLDEST, 1)) {
      oldest.primary().run("create table note (id serial, text text)");
      openTransaction(oldest);
    }
  }

  private static void openTransaction(TestCluster cluster) {
    try (Monitored monitored = Monitored.of(cluster.servers());
        WireClient client = cluster.primary().admin()) {
      monitored.awaitReplica(REPLICA);
      client.rows("begin");
      client.rows("insert into note (text) values ('not committed')");
      long stamp = monitored.clock().nextTick();
      long began = System.nanoTime();
      Await.until(() -> monitored.clock().hasSeen(REPLICA, stamp), () -> "it stays stale");
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, took.toString());
      client.rows("rollback");
    }
  }

  @Test
  void boundIsKnownAcrossWalSwitches() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      for (int i = 0; i < 5; i++) {
        write();
        // The insert position is then behind the header of the next segment.
        cluster.primary().run("select pg_switch_wal()");
        long stamp = monitored.clock().nextTick();
        monitored.monitor().requestProbe();
        long began = System.nanoTime();
        Await.until(() -> monitored.clock().hasSeen(REPLICA, stamp), () -> "it stays stale");
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, took.toString());
      }
    }
  }

  @Test
  void frozenPrimaryLetsBoundsGrow() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      long epoch = monitored.clock().epoch();
      cluster.primary().freeze();
      try {
        monitored.awaitNode(PRIMARY, ServerRole.UNKNOWN, NodeState.DOWN);
        assertNull(monitored.monitor().view().primary());
        monitored.awaitNode(REPLICA, ServerRole.REPLICA, NodeState.LAGGING);
        Duration staleness = monitored.staleness(REPLICA);
        assertTrue(staleness.compareTo(Monitored.LIMITS.maxLag()) > 0, staleness.toString());
      } finally {
        cluster.primary().thaw();
      }
      monitored.awaitPrimary(PRIMARY);
      monitored.awaitReplica(REPLICA);
      assertEquals(epoch, monitored.clock().epoch(), "it is the same history");
    }
  }

  @Test
  void frozenReplicaIsDown() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      cluster.standby(0).freeze();
      try {
        monitored.awaitNode(REPLICA, ServerRole.UNKNOWN, NodeState.DOWN);
        assertFalse(monitored.clock().reached(REPLICA).isKnown());
      } finally {
        cluster.standby(0).thaw();
      }
      monitored.awaitReplica(REPLICA);
    }
  }

  @Test
  void lostProbeConnectionVoidsTheTickAndIsReplaced() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      long generation = monitored.clock().reached(REPLICA).generation();
      cluster
          .standby(0)
          .run(
              "select pg_terminate_backend(pid) from pg_stat_activity"
                  + " where application_name = 'sluice probe'");
      Await.until(
          () -> monitored.clock().reached(REPLICA).generation() > generation,
          () -> monitored.clock().reached(REPLICA).toString());
      monitored.awaitReplica(REPLICA);
      assertNull(monitored.monitor().view().alarm());
      assertNotNull(monitored.monitor().view().primary(), "the primary was never in doubt");
    }
  }

  @Test
  void crashOfOneProcessVoidsTheTick() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      long asked = monitored.clock().reached(REPLICA).askedNanos();
      List<Long> unknown = new CopyOnWriteArrayList<>();
      monitored
          .monitor()
          .addListener(
              (before, after) -> {
                if (!after.nodes().get(REPLICA).reached().isKnown()) {
                  unknown.add(System.nanoTime());
                }
              });
      NodeView before = monitored.node(REPLICA);
      cluster.standby(0).crashOneProcess();
      Await.until(() -> !unknown.isEmpty(), () -> "the tick still counts");
      monitored.awaitReplica(REPLICA);
      NodeView after = monitored.node(REPLICA);
      assertNotEquals(before.reached().generation(), after.reached().generation());
      assertEquals(
          before.identity() == null ? -1 : before.identity().startMicros(),
          after.identity() == null ? -2 : after.identity().startMicros(),
          "the postmaster is the same, and tells nothing");
      assertTrue(after.reached().askedNanos() > asked);
    }
  }

  @Test
  void lossThatThePoolNoticesVoidsTheTick() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      long lost = System.nanoTime();
      monitored.monitor().connectionLost(REPLICA);
      Await.until(
          () -> monitored.clock().reached(REPLICA).isKnown(), () -> "it is not asked again");
      assertTrue(monitored.clock().reached(REPLICA).askedNanos() > lost);
    }
  }

  @Test
  void drainedServerStaysOut() {
    try (Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitReplica(REPLICA);
      monitored.monitor().drain(REPLICA);
      assertEquals(NodeState.DRAINED, monitored.node(REPLICA).state());
      long asked = monitored.node(REPLICA).answeredNanos();
      Await.until(() -> monitored.node(REPLICA).answeredNanos() > asked, () -> "no more probes");
      assertEquals(NodeState.DRAINED, monitored.node(REPLICA).state());
      monitored.monitor().undrain(REPLICA);
      monitored.awaitReplica(REPLICA);
    }
  }

  @Test
  void listsShareProbersAndTheLastOneEndsThem() {
    String sessions =
        "select count(*) from pg_stat_activity where application_name = 'sluice probe'";
    ServerProbers probers = new ServerProbers(System::nanoTime);
    try (probers) {
      try (ClusterMonitor one = watchPrimary(probers)) {
        Await.until(() -> one.view().primary() != null, () -> one.view().toString());
        try (ClusterMonitor other = watchPrimary(probers)) {
          Await.until(() -> other.view().primary() != null, () -> other.view().toString());
          assertEquals(1, probers.size());
          assertEquals("1", cluster.primary().value(sessions));
        }
        assertEquals(1, probers.size());
      }
      assertEquals(0, probers.size());
      Await.until(
          () -> cluster.primary().value(sessions).equals("0"), () -> "a session is left behind");
    }
  }

  private ClusterMonitor watchPrimary(ServerProbers probers) {
    return ClusterMonitor.start(
        "test",
        List.of(new MonitoredNode(Monitored.target(cluster.primary(), "postgres"), NodeRole.AUTO)),
        Monitored.LIMITS,
        new ProbeTiming(Monitored.INTERVAL, Monitored.TIMEOUT),
        probers,
        System::nanoTime);
  }

  @Test
  void changesAreLoggedOnceAndProbesNever() {
    try (LogWatch log = LogWatch.of("dev.sluice.proxy.cluster");
        Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitPrimary(PRIMARY);
      monitored.awaitReplica(REPLICA);
      long answered = monitored.node(PRIMARY).answeredNanos();
      Await.until(
          () ->
              monitored.node(PRIMARY).answeredNanos() - answered
                  > Monitored.INTERVAL.multipliedBy(10).toNanos(),
          () -> "no more probes");
      List<String> lines =
          log.lines().stream().filter(line -> line.contains(cluster.primary().node())).toList();
      assertTrue(lines.size() <= 2, lines::toString);
      assertTrue(lines.getLast().contains("is primary and up"), lines::toString);
    }
  }
}
