package dev.sluice.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.proxy.cluster.ClusterView;
import dev.sluice.proxy.cluster.NodeState;
import dev.sluice.proxy.cluster.NodeView;
import dev.sluice.proxy.cluster.ServerRole;
import dev.sluice.quickstart.EmbeddedPostgres.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The primary goes, others come, and some come back. */
class FailoverIT {
  private static final int OLD = 0;
  private static final int FIRST = 1;
  private static final int SECOND = 2;

  @Test
  void promotedStandbyIsThePrimaryAndTheOldOneGetsNothing() {
    try (TestCluster cluster = TestCluster.start(2);
        Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitPrimary(OLD);
      monitored.awaitReplica(FIRST);
      monitored.awaitReplica(SECOND);
      long stamp = monitored.clock().nextTick();
      cluster.primary().freeze();
      monitored.awaitView(view -> view.primary() == null);
      cluster.standby(0).promote();
      monitored.awaitPrimary(FIRST);
      assertEquals(2, monitored.clock().epoch());
      assertFalse(monitored.clock().hasSeen(SECOND, stamp), "it follows nobody of this epoch yet");

      List<ClusterView> later = new CopyOnWriteArrayList<>();
      monitored.monitor().addListener((before, after) -> later.add(after));
      cluster.primary().thaw();
      monitored.awaitView(view -> view.nodes().get(OLD).reason().contains("earlier primary"));
      assertEquals(NodeState.DOWN, monitored.node(OLD).state());
      assertEquals(ServerRole.UNKNOWN, monitored.node(OLD).role());
      for (ClusterView view : later) {
        assertEquals(FIRST, view.primary() == null ? -1 : view.primary().node());
      }

      cluster.standby(1).follow(cluster.standby(0));
      monitored.awaitReplica(SECOND);
      assertTrue(monitored.clock().hasSeen(SECOND, stamp), "stamps move to the new epoch");
      assertEquals(2, monitored.node(SECOND).timeline());
    }
  }

  @Test
  void ordinaryUserLearnsOfANewTimelineWithTheNextRestartPoint() {
    try (TestCluster cluster = TestCluster.start(2)) {
      cluster.primary().run("create role nobody_special login");
      cluster.standby(0).catchUp(cluster.primary());
      cluster.standby(1).catchUp(cluster.primary());
      try (Monitored monitored =
          Monitored.as("nobody_special", cluster.servers(), Monitored.LIMITS)) {
        monitored.awaitReplica(FIRST);
        monitored.awaitReplica(SECOND);
        cluster.primary().postgres().stop(Mode.FAST);
        cluster.standby(0).promote();
        cluster.standby(1).follow(cluster.standby(0));
        monitored.awaitPrimary(FIRST);
        cluster.standby(0).run("checkpoint");
        cluster.standby(1).catchUp(cluster.standby(0));
        cluster.standby(1).run("checkpoint");
        monitored.awaitReplica(SECOND);
        assertEquals(2, monitored.node(SECOND).timeline());
      }
    }
  }

  @Test
  void oldPrimaryGetsNothingWhileTheNewOneDoesNotAnswer() {
    try (TestCluster cluster = TestCluster.start(1);
        Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitPrimary(OLD);
      cluster.standby(0).promote();
      monitored.awaitPrimary(FIRST);
      cluster.standby(0).freeze();
      monitored.awaitView(view -> view.primary() == null && view.alarm() != null);
      cluster.standby(0).thaw();
      monitored.awaitPrimary(FIRST);
    }
  }

  @Test
  void formerPrimaryIsUsedAsAReplica() {
    try (TestCluster cluster = TestCluster.start(1);
        Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitPrimary(OLD);
      // A clean stop: the standby gets all of it, so that nothing needs rewinding.
      cluster.primary().postgres().stop(Mode.FAST);
      cluster.standby(0).promote();
      monitored.awaitPrimary(FIRST);
      cluster.primary().follow(cluster.standby(0));
      cluster.primary().postgres().start();
      monitored.awaitReplica(OLD);
      assertNull(monitored.monitor().view().alarm());
    }
  }

  @Test
  void ofTwoPromotedStandbysTheOneInUseStays() {
    try (TestCluster cluster = TestCluster.start(2);
        Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitPrimary(OLD);
      cluster.primary().postgres().stop(Mode.IMMEDIATE);
      cluster.standby(0).promote();
      monitored.awaitPrimary(FIRST);
      assertNull(monitored.monitor().view().alarm());

      cluster.standby(1).promote();
      monitored.awaitView(view -> view.nodes().get(SECOND).reason().contains("several primaries"));
      assertEquals(FIRST, primary(monitored.monitor().view()));
      assertNotNull(monitored.monitor().view().alarm());

      cluster.standby(0).freeze();
      monitored.awaitView(view -> view.primary() == null);
      awaitProbes(monitored, SECOND);
      assertEquals(-1, primary(monitored.monitor().view()), "it has another history");
      cluster.standby(0).thaw();
      monitored.awaitPrimary(FIRST);
    }
  }

  /** Waits until the server has been asked some times more. */
  private static void awaitProbes(Monitored monitored, int node) {
    long answered = monitored.node(node).answeredNanos();
    Await.until(
        () ->
            monitored.node(node).answeredNanos() - answered
                > Monitored.INTERVAL.multipliedBy(5).toNanos(),
        () -> "no more probes");
  }

  private static int primary(ClusterView view) {
    NodeView primary = view.primary();
    return primary == null ? -1 : primary.node();
  }

  @Test
  void twoPrimariesThatAreFoundTogether() {
    try (TestCluster cluster = TestCluster.start(2)) {
      cluster.primary().postgres().stop(Mode.IMMEDIATE);
      cluster.standby(0).promote();
      cluster.standby(1).promote();
      try (Monitored monitored = Monitored.of(cluster.servers())) {
        monitored.awaitView(view -> view.alarm() != null);
        assertNull(monitored.monitor().view().primary());
        cluster.standby(1).postgres().stop(Mode.FAST);
        monitored.awaitPrimary(FIRST);
        monitored.awaitView(view -> view.alarm() == null);
      }
    }
  }

  @Test
  void serverOfAnotherClusterIsRefused() {
    try (TestCluster cluster = TestCluster.start(1);
        TestCluster foreign = TestCluster.start(0)) {
      List<TestServer> servers = new ArrayList<>();
      servers.add(foreign.primary());
      servers.addAll(cluster.servers());
      try (Monitored monitored = Monitored.of(servers)) {
        monitored.awaitPrimary(1);
        monitored.awaitReplica(2);
        assertEquals(NodeState.DOWN, monitored.node(0).state());
        assertTrue(monitored.node(0).reason().contains("another cluster"));
        cluster.primary().freeze();
        monitored.awaitView(view -> view.primary() == null);
        assertEquals(NodeState.DOWN, monitored.node(0).state());
        cluster.primary().thaw();
        monitored.awaitPrimary(1);
      }
    }
  }

  @Test
  void restartedPrimaryIsTheSameOne() {
    try (TestCluster cluster = TestCluster.start(1);
        Monitored monitored = Monitored.of(cluster.servers())) {
      monitored.awaitPrimary(OLD);
      monitored.awaitReplica(FIRST);
      cluster.primary().postgres().restart();
      monitored.awaitPrimary(OLD);
      monitored.awaitReplica(FIRST);
      assertEquals(1, monitored.clock().epoch());
    }
  }

  @Test
  void replicaOfAnotherPrimaryOfTheSameTimelineIsFoundOut() {
    try (TestCluster cluster = TestCluster.start(3)) {
      TestServer wanted = cluster.standby(0);
      TestServer stray = cluster.standby(1);
      TestServer follower = cluster.standby(2);
      cluster.primary().postgres().stop(Mode.FAST);
      wanted.promote();
      stray.promote();
      follower.follow(stray);
      // The stray is not in the list, and nothing but its position tells that it is the upstream.
      try (Monitored monitored = Monitored.of(List.of(wanted, follower))) {
        monitored.awaitPrimary(0);
        stray.run("create table stray as select generate_series(1, 10000)");
        follower.catchUp(stray);
        monitored.awaitView(view -> view.nodes().get(1).reason().contains("diverged"));
        wanted.run("create table wanted as select generate_series(1, 100000)");
        awaitProbes(monitored, 0);
        awaitProbes(monitored, 1);
        assertFalse(monitored.clock().reached(1).isKnown(), "having overtaken it proves nothing");
      }
    }
  }

  @Test
  void standbyThatGoesBackInTimeIsNotBelieved() {
    try (TestCluster cluster = TestCluster.start(1);
        Monitored monitored = Monitored.of(cluster.servers())) {
      TestServer standby = cluster.standby(0);
      monitored.awaitReplica(FIRST);
      cluster.primary().run("create table note as select 1 as number");
      long stamp = monitored.clock().nextTick();
      Await.until(() -> monitored.clock().hasSeen(FIRST, stamp), () -> "the write is not seen");
      // After the crash the record is replayed anew, and then it has to wait.
      standby.set("recovery_min_apply_delay", "1h");
      long generation = monitored.clock().reached(FIRST).generation();
      standby.crashOneProcess();
      Await.until(
          () ->
              monitored.node(FIRST).identity() != null
                  && monitored.clock().reached(FIRST).generation() != generation
                  && monitored.node(FIRST).role() == ServerRole.REPLICA,
          () -> monitored.node(FIRST).toString());
      String visible = "select count(*) from pg_class where relname = 'note'";
      assertEquals("0", standby.value(visible), "it did not go back, and proves nothing");
      assertFalse(monitored.clock().hasSeen(FIRST, stamp));
      awaitProbes(monitored, FIRST);
      assertFalse(monitored.clock().hasSeen(FIRST, stamp));
    }
  }

  @Test
  void replicaThatFollowsAnotherHistoryIsNotUsed() {
    try (TestCluster cluster = TestCluster.start(2)) {
      TestServer wanted = cluster.primary();
      TestServer stray = cluster.standby(0);
      TestServer follower = cluster.standby(1);
      stray.promote();
      follower.follow(stray);
      Await.until(
          () -> follower.value("select max(received_tli) from pg_stat_wal_receiver").equals("2"),
          () -> "does not follow");
      // The stray is not in the list.
      try (Monitored monitored = Monitored.of(List.of(wanted, follower))) {
        monitored.awaitPrimary(0);
        monitored.awaitView(view -> view.nodes().get(1).reason().contains("timeline 2"));
        assertEquals(NodeState.LAGGING, monitored.node(1).state());
        assertFalse(monitored.clock().reached(1).isKnown());
      }
    }
  }
}
