package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TickLogTest {

  @Test
  void reachesFarBackAndStaysBounded() {
    TickLog log = new TickLog(64);
    long ticks = 100_000;
    for (long tick = 1; tick <= ticks; tick++) {
      log.add(tick, tick * 10, tick * 100);
      assertTrue(log.size() <= 64);
    }
    for (int behind : new int[] {0, 5, 50, 1_000, 30_000, 99_000}) {
      long reached = ticks - behind;
      long found = log.tick(log.newestReached(reached * 100));
      assertTrue(found <= reached, "never newer than the truth");
      assertTrue(reached - found <= behind / 2 + 1, found + " for " + reached);
    }
    assertEquals(ticks, log.tick(log.newestReached(Long.MAX_VALUE)));
    assertEquals(-1, log.newestReached(99));
  }

  @Test
  void givesUpTheOldestRatherThanGrow() {
    TickLog log = new TickLog(2);
    for (int tick = 1; tick <= 10; tick++) {
      log.add(tick, tick, tick);
    }
    assertEquals(2, log.size());
    assertEquals(10, log.tick(1));
  }

  @Test
  void equalPositionsGiveTheNewestTick() {
    TickLog log = new TickLog(8);
    log.add(1, 10, 500);
    log.add(2, 20, 500);
    log.add(3, 30, 600);
    assertEquals(2, log.tick(log.newestReached(599)));
    assertEquals(20, log.sentNanos(log.newestReached(500)));
  }
}
