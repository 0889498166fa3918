package dev.sluice.proxy.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.session.SettingsProfile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The parts of a pool that need no backend. */
class PoolPartsTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void waitersLeaveInTheOrderTheyCame() {
    WaitQueue queue = new WaitQueue();
    ArrayDeque<Waiter> expected = new ArrayDeque<>();
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiters.add(new Waiter(0));
    }
    for (int step = 0; step < 20_000; step++) {
      String what = "seed " + seed + ", step " + step;
      Waiter waiter = waiters.get(random.nextInt(waiters.size()));
      switch (random.nextInt(3)) {
        case 0 -> {
          if (!expected.contains(waiter)) {
            expected.add(waiter);
            queue.add(waiter);
          }
        }
        case 1 -> assertEquals(expected.remove(waiter), queue.remove(waiter), what);
        default -> assertSame(expected.poll(), queue.poll(), what);
      }
      assertEquals(expected.size(), queue.size(), what);
      assertEquals(expected.isEmpty(), queue.isEmpty(), what);
      assertSame(expected.peek(), queue.peek(), what);
    }
  }

  @Test
  void aBudgetIsNeverExceeded() throws InterruptedException {
    ConnectionBudget budget = new ConnectionBudget(3);
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 20_000; i++) {
                      if (budget.tryTake()) {
                        most.accumulateAndGet(held.incrementAndGet(), Math::max);
                        held.decrementAndGet();
                        budget.giveBack();
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(most.get() <= 3, "held at once: " + most);
    assertEquals(0, budget.used());
  }

  @Test
  void noLimitIsNoLimit() {
    ConnectionBudget budget = new ConnectionBudget(0);
    for (int i = 0; i < 1000; i++) {
      assertTrue(budget.tryTake());
    }
    assertFalse(budget.limited());
    assertEquals(1000, budget.used());
  }

  @Test
  void roomIsTakenInAllBudgetsOrInNone() {
    ConnectionBudget ofDatabase = new ConnectionBudget(2);
    ConnectionBudget ofUser = new ConnectionBudget(1);
    AtomicInteger made = new AtomicInteger();
    SharedRoom room =
        new SharedRoom(List.of(ofDatabase, ofUser), made::incrementAndGet, () -> false);
    assertTrue(room.take());
    assertFalse(room.take());
    assertEquals(1, ofDatabase.used(), "what was taken in vain is given back");
    room.giveBack();
    assertEquals(0, ofDatabase.used());
    assertEquals(0, ofUser.used());
    assertEquals(1, made.get());
  }

  @Test
  void anotherPoolsIdleBackendMakesRoom() {
    ConnectionBudget shared = new ConnectionBudget(1);
    assertTrue(shared.tryTake());
    SharedRoom room =
        new SharedRoom(
            List.of(shared),
            () -> {},
            () -> {
              shared.giveBack();
              return true;
            });
    assertTrue(room.take());
    assertEquals(1, shared.used());
  }

  @Test
  void dialsComeLessAndLessOftenWhileTheyFail() {
    DialBackoff backoff = new DialBackoff();
    long now = random.nextLong();
    assertTrue(backoff.allows(now));
    for (int failure = 0; failure < 30; failure++) {
      backoff.failed(now);
      long ceiling = Math.min(5_000, 50L << Math.min(failure, 10));
      String what = "seed " + seed + ", failure " + failure;
      assertFalse(backoff.allows(now + TimeUnit.MILLISECONDS.toNanos(ceiling / 2 - 1)), what);
      assertTrue(backoff.allows(now + TimeUnit.MILLISECONDS.toNanos(ceiling)), what);
    }
    backoff.succeeded();
    assertTrue(backoff.allows(now));
  }

  @Test
  void whatStartupParametersBecameIsRemembered() {
    StartupProfiles profiles = new StartupProfiles();
    var asked = SettingsProfile.of(Map.of("DateStyle", "ISO"));
    var made = asked.with("DateStyle", "ISO, MDY");
    assertNull(profiles.resolve(asked));
    profiles.resolved(asked, made);
    assertSame(made, profiles.resolve(asked));
  }
}
