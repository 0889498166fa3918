package dev.sluice.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.WireClient;
import dev.sluice.proxy.cluster.FreshnessLimits;
import java.time.Duration;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Whether what is said of a replica is true: nothing that was acknowledged before the bound, or
 * before a stamp that has been reached, is missing there. The clock is one and the same, so that a
 * nanosecond too little is seen.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FreshnessIT {
  private static final int REPLICA = 1;
  private static final Duration LENGTH = Duration.ofSeconds(4);
  private static final FreshnessLimits NONE =
      new FreshnessLimits(Duration.ofHours(1), Long.MAX_VALUE, 1);

  @SuppressWarnings("NullAway.Init")
  private TestCluster cluster;

  @BeforeAll
  void start() {
    cluster = TestCluster.start(1);
    cluster.primary().run("create table beat (number int primary key)");
    cluster.standby(0).catchUp(cluster.primary());
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  /** Writes rows that are numbered and notes when each was acknowledged, until it is closed. */
  private static final class Writer implements AutoCloseable {
    private final ConcurrentNavigableMap<Integer, Long> acknowledged =
        new ConcurrentSkipListMap<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread thread;

    Writer(TestServer primary, String synchronousCommit) {
      primary.run("truncate beat");
      thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (WireClient client = primary.admin()) {
                      client.rows("set synchronous_commit = " + synchronousCommit);
                      for (int number = 1; !ended.get(); number++) {
                        client.rows("insert into beat values (" + number + ")");
                        acknowledged.put(number, System.nanoTime());
                        LockSupport.parkNanos(3_000_000);
                      }
                    }
                  });
    }

    @Override
    public void close() {
      ended.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int newest(WireClient replica) {
    return Integer.parseInt(replica.value("select coalesce(max(number), 0) from beat"));
  }

  /** The longest bound that was seen, so that the check is known to have checked something. */
  private Duration checkBounds(String synchronousCommit) {
    long longest = 0;
    int checked = 0;
    try (Monitored monitored = Monitored.of(cluster.servers(), NONE);
        WireClient replica = cluster.standby(0).admin()) {
      monitored.awaitReplica(REPLICA);
      try (Writer writer = new Writer(cluster.primary(), synchronousCommit)) {
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() < end) {
          long now = System.nanoTime();
          long bound = monitored.clock().stalenessNanos(REPLICA, now);
          int seen = newest(replica);
          Long missing = writer.acknowledged.get(seen + 1);
          if (bound == Long.MAX_VALUE || missing == null || missing > now) {
            continue; // nothing that had been acknowledged is missing
          }
          checked++;
          longest = Math.max(longest, bound);
          long age = now - missing;
          assertTrue(bound >= age, () -> "bound " + bound + " ns, true age " + age + " ns");
        }
      }
    }
    assertTrue(checked > 10, checked + " readings were stale");
    return Duration.ofNanos(longest);
  }

  @Test
  void boundIsNeverBelowTheTrueAgeWithDelayedReplay() {
    cluster.standby(0).set("recovery_min_apply_delay", "300ms");
    try {
      Duration longest = checkBounds("on");
      assertTrue(longest.compareTo(Duration.ofMillis(300)) >= 0, longest.toString());
      assertTrue(longest.compareTo(Duration.ofSeconds(3)) < 0, longest.toString());
    } finally {
      cluster.standby(0).set("recovery_min_apply_delay", "0");
    }
  }

  @Test
  void boundIsNeverBelowTheTrueAgeWithAsynchronousCommit() {
    Duration longest = checkBounds("off");
    assertTrue(longest.compareTo(Duration.ofSeconds(2)) < 0, longest.toString());
  }

  @Test
  void boundIsNeverBelowTheTrueAgeWhileReplayStopsAndGoes() {
    AtomicBoolean ended = new AtomicBoolean();
    Thread stopper =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (WireClient standby = cluster.standby(0).admin()) {
                    while (!ended.get()) {
                      standby.rows("select pg_wal_replay_pause()");
                      LockSupport.parkNanos(150_000_000);
                      standby.rows("select pg_wal_replay_resume()");
                      LockSupport.parkNanos(100_000_000);
                    }
                  }
                });
    try {
      checkBounds("on");
    } finally {
      ended.set(true);
      joined(stopper);
    }
  }

  private static void joined(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void writeIsThereWhenItsStampIsReached() {
    int onReplica = 0;
    int writes = 300;
    cluster.primary().run("truncate beat");
    try (Monitored monitored = Monitored.of(cluster.servers(), NONE);
        WireClient primary = cluster.primary().admin();
        WireClient replica = cluster.standby(0).admin()) {
      monitored.awaitReplica(REPLICA);
      for (int number = 1; number <= writes; number++) {
        primary.rows("insert into beat values (" + number + ")");
        long stamp = monitored.clock().nextTick();
        monitored.monitor().requestProbe();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!monitored.clock().hasSeen(REPLICA, stamp)) {
          assertTrue(System.nanoTime() < end, "the stamp is never reached");
          Thread.onSpinWait();
        }
        assertEquals(number, newest(replica));
        onReplica++;
      }
    }
    assertEquals(writes, onReplica);
  }
}
