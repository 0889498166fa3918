package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.proxy.admin.data.StatsSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatsAveragesTest {
  private static final long SECOND = 1_000_000_000L;

  private final StatsAverages averages = new StatsAverages();

  @Test
  void nothingIsKnownBeforeAPeriodIsOver() {
    assertEquals(StatsRates.NONE, averages.of("app"));
    assertEquals(StatsRates.NONE, averages.overall());
    averages.sample(List.of(totals("app", 600)), 5 * SECOND);
    assertEquals(StatsRates.NONE, averages.of("app"));
    assertEquals(StatsRates.NONE, averages.overall());
  }

  @Test
  void countsArePerSecondAndTimesPerThing() {
    averages.sample(List.of(totals("app", 0)), 0);
    averages.sample(
        List.of(new StatsSnapshot("app", 60, 120, 240, 6000, 12_000, 1200, 4800, 180, 600, 61, 59)),
        60 * SECOND);
    assertEquals(new StatsRates(1, 2, 4, 100, 200, 10, 20, 3, 10, 1, 0), averages.of("app"));
  }

  @Test
  void onlyTheLastPeriodCounts() {
    averages.sample(List.of(totals("app", 0)), 0);
    averages.sample(List.of(totals("app", 6000)), 60 * SECOND);
    averages.sample(List.of(totals("app", 6060)), 120 * SECOND);
    assertEquals(1, averages.of("app").queries());
    averages.sample(List.of(totals("app", 6060)), 180 * SECOND);
    assertEquals(StatsRates.NONE, averages.of("app"));
  }

  @Test
  void databasesComeAndGo() {
    averages.sample(List.of(totals("old", 60)), 0);
    averages.sample(List.of(totals("old", 60), totals("new", 120)), 60 * SECOND);
    assertEquals(2, averages.of("new").queries());
    assertEquals(2, averages.overall().queries());
    averages.sample(List.of(totals("new", 120)), 120 * SECOND);
    assertEquals(StatsRates.NONE, averages.of("old"));
    assertEquals(0, averages.overall().queries());
  }

  @Test
  void aSampleThatIsNotLaterIsIgnored() {
    averages.sample(List.of(totals("app", 0)), 0);
    averages.sample(List.of(totals("app", 60)), 60 * SECOND);
    averages.sample(List.of(totals("app", 999)), 60 * SECOND);
    assertEquals(1, averages.of("app").queries());
  }

  @Test
  void largeTotalsDoNotOverflow() {
    averages.sample(List.of(totals("app", 0)), 0);
    averages.sample(List.of(totals("app", 60L << 50)), 60 * SECOND);
    assertEquals(1L << 50, averages.of("app").bytesSent());
  }

  private static StatsSnapshot totals(String database, long each) {
    return new StatsSnapshot(
        database, each, each, each, each, each, each, each, each, each, each, each);
  }
}
