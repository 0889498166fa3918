package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.cluster.FreshnessClock.Tick;
import org.junit.jupiter.api.Test;

class FreshnessClockTest {
  private static final WalGeometry WAL = new WalGeometry(8192, 1 << 24);
  private static final int PRIMARY = 0;
  private static final int REPLICA = 1;
  private static final int OTHER = 2;
  private static final long CLUSTER = 7001;

  private long now = 1_000_000;
  private final FreshnessClock clock = new FreshnessClock(3, () -> now);

  private Tick begin() {
    now += 10;
    return clock.begin();
  }

  private void primary(Tick tick, long insertLsn) {
    primary(tick, PRIMARY, 1, insertLsn);
  }

  private void primary(Tick tick, int node, int timeline, long insertLsn) {
    now += 10;
    clock.primaryAnswered(tick, new PrimaryPosition(node, CLUSTER, timeline, insertLsn, WAL));
  }

  private Tick primary(long insertLsn) {
    Tick tick = begin();
    primary(tick, insertLsn);
    return tick;
  }

  private void replica(long replayLsn) {
    replica(replayLsn, 1, 500, 1);
  }

  private void replica(long replayLsn, int timeline, long start, long generation) {
    long asked = now += 10;
    now += 10;
    clock.replicaAnswered(
        REPLICA, new ReplicaPosition(replayLsn, timeline, start, asked, now, generation));
  }

  private boolean unknown() {
    return clock.tick(REPLICA) == FreshnessClock.UNKNOWN
        && clock.stalenessNanos(REPLICA, now) == Long.MAX_VALUE
        && !clock.reached(REPLICA).isKnown();
  }

  @Test
  void nothingIsKnownAtFirst() {
    assertTrue(unknown());
    assertEquals(1, clock.nextTick());
    assertFalse(clock.hasSeen(REPLICA, clock.nextTick()), "not even the process's first stamp");
  }

  @Test
  void replicaHasTheNewestTickThatItHasReached() {
    Tick first = primary(1000);
    Tick second = primary(2000);
    primary(3000);
    replica(999);
    assertTrue(unknown());
    replica(1000);
    assertEquals(first.number(), clock.tick(REPLICA));
    replica(2999);
    assertEquals(second.number(), clock.tick(REPLICA));
  }

  @Test
  void boundIsTheTimeSinceTheTickWasSent() {
    Tick first = primary(1000);
    primary(2000);
    replica(1500);
    now += 5_000;
    assertEquals(now - first.sentNanos(), clock.stalenessNanos(REPLICA, now));
  }

  @Test
  void boundGrowsWhileNobodyAnswers() {
    primary(1000);
    replica(1000);
    long before = clock.stalenessNanos(REPLICA, now);
    now += 123;
    assertEquals(before + 123, clock.stalenessNanos(REPLICA, now));
  }

  @Test
  void idlePrimaryMakesAnEarlierReadingFresher() {
    primary(1000);
    replica(1000);
    Tick later = primary(1000);
    assertEquals(later.number(), clock.tick(REPLICA), "it had all of it already");
  }

  @Test
  void writeIsSeenWithTheNextTickOnly() {
    Tick before = begin();
    // The commit is acknowledged while the probe is under way, so the answer may lack it.
    long stamp = clock.nextTick();
    assertEquals(before.number() + 1, stamp);
    primary(before, 1000);
    replica(1000);
    assertFalse(clock.hasSeen(REPLICA, stamp));
    primary(1100);
    assertFalse(clock.hasSeen(REPLICA, stamp));
    replica(1100);
    assertTrue(clock.hasSeen(REPLICA, stamp));
  }

  @Test
  void probeWithoutAnswerProvesNothing() {
    begin();
    long stamp = clock.nextTick();
    replica(5000);
    assertTrue(unknown());
    primary(1000);
    assertFalse(clock.hasSeen(OTHER, stamp));
  }

  @Test
  void tickIsTheReplicasOwn() {
    primary(1000);
    replica(1000);
    assertEquals(FreshnessClock.UNKNOWN, clock.tick(OTHER));
  }

  @Test
  void lostConnectionVoidsTheTick() {
    primary(1000);
    replica(1000);
    clock.lost(REPLICA);
    assertTrue(unknown());
    primary(1000);
    assertTrue(unknown(), "the reading from before does not count any more");
    replica(1000, 1, 500, 2);
    assertFalse(unknown());
    assertEquals(2, clock.reached(REPLICA).generation());
  }

  @Test
  void readingUnderWayWhenAConnectionWasLostIsNotCounted() {
    primary(1000);
    long asked = now += 10;
    now += 10;
    clock.lost(REPLICA);
    now += 10;
    clock.replicaAnswered(REPLICA, new ReplicaPosition(1000, 1, 500, asked, now, 1));
    assertTrue(unknown());
  }

  @Test
  void tickCountsFromTheReadingThatProvesIt() {
    primary(1000);
    replica(1000);
    long asked = clock.reached(REPLICA).askedNanos();
    assertTrue(clock.reached(REPLICA).countsFor(asked - 1));
    assertFalse(clock.reached(REPLICA).countsFor(asked + 1), "it may be of a later life");
    assertFalse(clock.reached(OTHER).countsFor(asked - 1));
    replica(1000);
    assertEquals(
        asked + 20, clock.reached(REPLICA).askedNanos(), "a backend may have logged in meanwhile");
  }

  @Test
  void restartedStandbyGoesBackInTime() {
    primary(1000);
    primary(2000);
    replica(2000);
    long stamp = clock.tick(REPLICA);
    replica(1500, 1, 500, 2); // the same postmaster, another connection
    assertFalse(clock.hasSeen(REPLICA, stamp));
    assertTrue(clock.tick(REPLICA) > 0);
  }

  @Test
  void replayThatGoesBackwardsOnOneConnectionIsNotBelieved() {
    primary(1000);
    primary(2000);
    replica(2000);
    replica(1500);
    assertEquals(1, clock.tick(REPLICA));
  }

  @Test
  void unprovenTimelineIsUnknown() {
    primary(1000);
    replica(1000, 0, 500, 1);
    assertTrue(unknown());
  }

  @Test
  void otherTimelineIsUnknown() {
    primary(1000);
    replica(2000, 2, 500, 1);
    assertTrue(unknown());
    replica(1000, 1, 500, 1);
    assertFalse(unknown());
  }

  @Test
  void promotionBeginsAnEpochThatStampsMoveTo() {
    primary(1000);
    replica(1000);
    long stamp = clock.nextTick();
    assertEquals(1, clock.epoch());

    Tick first = begin();
    primary(first, OTHER, 2, 900); // less than the old primary had: its last writes are gone
    assertEquals(2, clock.epoch());
    assertTrue(unknown(), "it may have what the new primary has not");
    replica(900, 1, 500, 1);
    assertTrue(unknown());
    replica(900, 2, 500, 1);
    assertEquals(first.number(), clock.tick(REPLICA));
    assertTrue(clock.hasSeen(REPLICA, stamp));
  }

  @Test
  void otherPrimaryVoidsEverythingBeforeItsFirstTick() {
    primary(1000);
    replica(1000);
    clock.primaryFound(new PrimaryPosition(OTHER, CLUSTER, 2, 900, WAL));
    assertEquals(2, clock.epoch());
    assertTrue(unknown());
    replica(900, 2, 500, 1);
    assertTrue(unknown(), "there is no tick yet");
    primary(begin(), OTHER, 2, 900);
    assertEquals(2, clock.epoch());
    assertFalse(unknown());
  }

  @Test
  void samePrimaryThatIsFoundAgainVoidsNothing() {
    primary(1000);
    replica(1000);
    clock.primaryFound(new PrimaryPosition(PRIMARY, CLUSTER, 1, 1000, WAL));
    assertFalse(unknown());
  }

  @Test
  void positionThatGoesBackwardsBeginsAnEpoch() {
    primary(5000);
    replica(4000);
    long stamp = clock.nextTick();
    Tick first = primary(3000);
    assertEquals(2, clock.epoch());
    replica(4000, 1, 501, 2);
    assertTrue(clock.hasSeen(REPLICA, stamp));
    assertEquals(first.number(), clock.tick(REPLICA));
  }

  @Test
  void otherClusterBeginsAnEpoch() {
    primary(1000);
    replica(1000);
    Tick tick = begin();
    clock.primaryAnswered(tick, new PrimaryPosition(PRIMARY, CLUSTER + 1, 1, 2000, WAL));
    assertEquals(2, clock.epoch());
    assertTrue(unknown());
  }

  @Test
  void replayBeyondALaterReadingOfThePrimaryIsDiverged() {
    primary(1000);
    replica(1500);
    assertFalse(clock.isDiverged(REPLICA), "the primary may have gone on");
    assertFalse(unknown());
    primary(1400);
    assertTrue(clock.isDiverged(REPLICA));
    assertTrue(unknown());
    primary(9000);
    replica(1500);
    assertTrue(unknown(), "overtaking it does not make it one history");
    clock.lost(REPLICA);
    replica(1500, 1, 500, 2);
    assertTrue(unknown(), "nor does another connection");
    replica(1500, 1, 501, 3);
    assertFalse(clock.isDiverged(REPLICA), "it was down, and can have been made anew");
    assertFalse(unknown());
  }

  @Test
  void replayBeyondAProbeThatWasSentEarlierIsNot() {
    Tick tick = begin();
    replica(1500);
    primary(tick, 1400);
    assertFalse(clock.isDiverged(REPLICA));
    assertFalse(unknown());
  }

  @Test
  void pageHeaderIsNotWaitedFor() {
    primary(5 * 8192 + 24);
    replica(5 * 8192 - 8);
    assertTrue(unknown());
    replica(5 * 8192);
    assertFalse(unknown());
  }

  @Test
  void segmentHeaderIsNotWaitedFor() {
    primary((3L << 24) + 40);
    replica(3L << 24);
    assertFalse(unknown());
  }

  @Test
  void otherPositionsAreTakenAsTheyAre() {
    assertEquals(5 * 8192 + 40, WAL.lastRecordEnd(5 * 8192 + 40));
    assertEquals(5 * 8192 + 32, WAL.lastRecordEnd(5 * 8192 + 32));
    assertEquals(5 * 8192, WAL.lastRecordEnd(5 * 8192));
    assertEquals(16384, new WalGeometry(16384, 1 << 26).lastRecordEnd(16384 + 24));
    assertEquals(8192 + 24, new WalGeometry(16384, 1 << 26).lastRecordEnd(8192 + 24));
  }

  @Test
  void whatWasProvenStaysProven() {
    FreshnessClock small = new FreshnessClock(2, () -> now++, 8);
    for (int i = 1; i < 1000; i++) {
      small.primaryAnswered(
          small.begin(), new PrimaryPosition(PRIMARY, CLUSTER, 1, 100_000 + 8L * i, WAL));
      if (i == 5) {
        small.replicaAnswered(REPLICA, new ReplicaPosition(100_044, 1, 500, now, now, 1));
      }
      assertEquals(i < 5 ? FreshnessClock.UNKNOWN : 5, small.tick(REPLICA));
    }
  }
}
