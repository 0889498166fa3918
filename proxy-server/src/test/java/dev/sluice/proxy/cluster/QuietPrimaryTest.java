package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QuietPrimaryTest {
  private final QuietPrimary quiet = new QuietPrimary(100);

  @Test
  void stuckForTwoTicks() {
    assertFalse(quiet.wantsNudge(500, 400, 1000));
    assertTrue(quiet.wantsNudge(500, 400, 1100));
  }

  @Test
  void ticksThatWereAskedForDoNotMakeItSooner() {
    assertFalse(quiet.wantsNudge(500, 400, 1000));
    assertFalse(quiet.wantsNudge(500, 400, 1010));
    assertTrue(quiet.wantsNudge(500, 400, 1100));
  }

  @Test
  void flushedOrGoingOn() {
    assertFalse(quiet.wantsNudge(500, 400, 1000));
    assertFalse(quiet.wantsNudge(600, 500, 1100));
    assertFalse(quiet.wantsNudge(600, 600, 1200));
    assertFalse(quiet.wantsNudge(600, 600, 1300));
  }

  @Test
  void stuckAgainBeginsAgain() {
    assertFalse(quiet.wantsNudge(500, 400, 1000));
    assertFalse(quiet.wantsNudge(500, 500, 1100));
    assertFalse(quiet.wantsNudge(500, 400, 1200));
    assertTrue(quiet.wantsNudge(500, 400, 1300));
  }
}
