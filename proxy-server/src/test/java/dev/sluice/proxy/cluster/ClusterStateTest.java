package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.NodeRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
  private static final int PRIMARY = 0;
  private static final int REPLICA = 1;
  private static final FreshnessLimits LIMITS = new FreshnessLimits(Duration.ofSeconds(1), 5000, 3);
  private static final long SECOND = 1_000_000_000;

  private long now = SECOND;
  private final List<Integer> requested = new ArrayList<>();
  private final List<Integer> nudged = new ArrayList<>();
  private final FreshnessClock clock = new FreshnessClock(2, () -> now);
  private final ClusterState state =
      new ClusterState(
          List.of(node("one"), node("two")),
          LIMITS,
          new ProbeTiming(Duration.ofMillis(100), Duration.ofSeconds(1)),
          clock,
          new ClusterState.Probes() {
            @Override
            public void request(int node) {
              requested.add(node);
            }

            @Override
            public void nudge(int node) {
              nudged.add(node);
            }
          },
          () -> now);

  private static MonitoredNode node(String name) {
    return new MonitoredNode(new ProbeTarget(name, "", "", "", Map.of()), NodeRole.AUTO);
  }

  private void answer(int node, ServerReading.Position position) {
    state.sending(node);
    long asked = now;
    now += 1000;
    state.answered(
        node,
        new ServerReading(
            new ServerIdentity(7001, 1, null, 0),
            1,
            position,
            new WalGeometry(8192, 1 << 24),
            asked,
            now,
            1));
    now += 1000;
  }

  private void primary(long lsn) {
    answer(PRIMARY, new ServerReading.Writing(lsn, lsn));
  }

  private void replica(long lsn) {
    answer(REPLICA, new ServerReading.Replaying(lsn, false));
  }

  private NodeView seen(int node) {
    return state.look().nodes().get(node);
  }

  private void discover() {
    replica(100_000);
    primary(100_000);
    primary(100_000);
    replica(100_000);
    requested.clear();
  }

  @Test
  void nothingIsKnownAtFirst() {
    assertNull(state.look().primary());
    assertEquals(NodeState.DOWN, seen(PRIMARY).state());
    assertEquals("was not probed yet", seen(REPLICA).reason());
  }

  @Test
  void firstAnswerOfAPrimaryIsNoTick() {
    replica(100_000);
    primary(100_000);
    assertEquals(PRIMARY, seen(PRIMARY).node());
    assertEquals(ServerRole.PRIMARY, seen(PRIMARY).role());
    assertEquals(List.of(PRIMARY, REPLICA), requested, "but is followed by one soon");
    assertFalse(clock.reached(REPLICA).isKnown());
    primary(100_000);
    assertTrue(clock.reached(REPLICA).isKnown());
    assertEquals(NodeState.UP, seen(REPLICA).state());
  }

  @Test
  void replicasAreAskedBehindTheTickThatIsWaitedFor() {
    discover();
    state.sending(PRIMARY);
    state.demand(clock.nextTick());
    state.answered(
        PRIMARY,
        new ServerReading(
            new ServerIdentity(7001, 1, null, 0),
            1,
            new ServerReading.Writing(100_100, 100_100),
            new WalGeometry(8192, 1 << 24),
            now,
            now,
            1));
    assertEquals(List.of(), requested, "that probe was sent before");
    primary(100_200);
    assertEquals(List.of(REPLICA), requested);
    primary(100_300);
    assertEquals(List.of(REPLICA), requested, "once");
  }

  @Test
  void replicaThatIsWaitedForIsAskedAgainSomeTimes() {
    discover();
    state.demand(clock.nextTick());
    primary(100_200);
    requested.clear();
    replica(100_100);
    assertEquals(List.of(REPLICA), requested);
    replica(100_200);
    assertEquals(List.of(REPLICA), requested, "it is there");
    state.demand(clock.nextTick());
    primary(100_300);
    for (int i = 0; i < 100; i++) {
      replica(100_200);
    }
    assertTrue(requested.size() < 10, requested::toString);
  }

  @Test
  void outAtTheLimitAndBackAfterThreeGoodReadings() {
    discover();
    now += 2 * SECOND;
    replica(100_000);
    assertEquals(NodeState.LAGGING, seen(REPLICA).state());
    assertEquals("lags more than is allowed", seen(REPLICA).reason());
    primary(100_000);
    replica(100_000);
    replica(100_000);
    assertEquals(NodeState.LAGGING, seen(REPLICA).state());
    assertTrue(seen(REPLICA).reason().contains("still missing: 1"), seen(REPLICA).reason());
    replica(100_000);
    assertEquals(NodeState.UP, seen(REPLICA).state());
    assertEquals("", seen(REPLICA).reason());
  }

  @Test
  void bytesAreALimitToo() {
    discover();
    primary(105_001);
    replica(100_000);
    assertEquals(NodeState.LAGGING, seen(REPLICA).state());
    assertEquals(5001, seen(REPLICA).lagBytes());
  }

  @Test
  void silentPrimaryIsNone() {
    discover();
    state.failed(PRIMARY, "no answer");
    assertNull(state.look().primary());
    assertEquals(NodeState.DOWN, seen(PRIMARY).state());
    assertEquals("no answer", seen(PRIMARY).reason());
    assertEquals(NodeState.UP, seen(REPLICA).state(), "as long as its bound allows");
  }

  @Test
  void lostConnectionIsTheReason() {
    discover();
    state.lost(REPLICA);
    now++;
    assertEquals(NodeState.LAGGING, seen(REPLICA).state());
    assertEquals("has lost its connection and is asked again", seen(REPLICA).reason());
    replica(100_000);
    assertEquals(NodeState.UP, seen(REPLICA).state());
  }

  @Test
  void failureIsNoGoodReading() {
    discover();
    state.failed(REPLICA, "no answer");
    now++;
    assertEquals(ServerRole.UNKNOWN, seen(REPLICA).role());
    replica(100_000);
    assertEquals(NodeState.LAGGING, seen(REPLICA).state());
    replica(100_000);
    replica(100_000);
    assertEquals(NodeState.UP, seen(REPLICA).state());
  }

  @Test
  void drainedUntilItIsNot() {
    discover();
    state.drain(REPLICA, true);
    replica(100_000);
    assertEquals(NodeState.DRAINED, seen(REPLICA).state());
    assertEquals(ServerRole.REPLICA, seen(REPLICA).role());
    state.failed(REPLICA, "no answer");
    now++;
    assertEquals(NodeState.DRAINED, seen(REPLICA).state());
    state.drain(REPLICA, false);
    assertEquals(NodeState.DOWN, seen(REPLICA).state());
  }

  @Test
  void quietPrimaryIsNudged() {
    discover();
    answer(PRIMARY, new ServerReading.Writing(100_100, 100_000));
    now += SECOND / 10;
    assertEquals(List.of(), nudged);
    answer(PRIMARY, new ServerReading.Writing(100_100, 100_000));
    assertEquals(List.of(PRIMARY), nudged);
  }
}
