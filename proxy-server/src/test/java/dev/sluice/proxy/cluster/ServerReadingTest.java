package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ServerReadingTest {

  private static ServerReading reading(long system, long start, int timeline) {
    return new ServerReading(
        new ServerIdentity(system, start, null, 0),
        timeline,
        new ServerReading.Replaying(1000, false),
        new WalGeometry(8192, 1 << 24),
        1,
        2,
        1);
  }

  @Test
  void runningServerDoesNotGoBackToAnEarlierTimeline() {
    ServerReading later = reading(1, 100, 1);
    assertEquals(2, later.onTimelineFrom(reading(1, 100, 2)).timeline());
    assertEquals(1, later.onTimelineFrom(reading(1, 99, 2)).timeline(), "it was restarted");
    assertEquals(1, later.onTimelineFrom(reading(2, 100, 2)).timeline(), "it is another one");
    assertEquals(3, reading(1, 100, 3).onTimelineFrom(reading(1, 100, 2)).timeline());
    assertEquals(1, later.onTimelineFrom(null).timeline());
  }
}
