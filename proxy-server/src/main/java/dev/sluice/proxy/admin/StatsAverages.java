package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.data.StatsSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The averages of SHOW STATS over the last whole period, as PgBouncer's {@code stats_period} of 60
 * seconds.
 *
 * <p>A timer calls {@link #sample} when the process starts and once per period after that; any
 * thread reads. Until the second sample every average is zero.
 */
public final class StatsAverages {
  private static final String ALL = "";

  private volatile @Nullable Period latest;

  /**
   * Takes the totals of every database at one moment.
   *
   * @param nanoTime of {@link System#nanoTime}; a sample that is not later than the one before it
   *     is ignored
   */
  public synchronized void sample(List<StatsSnapshot> totals, long nanoTime) {
    Map<String, StatsSnapshot> byDatabase = new HashMap<>();
    for (StatsSnapshot total : totals) {
      byDatabase.put(total.database(), total);
    }
    StatsSnapshot sum = sum(totals);

    Period before = latest;
    if (before == null) {
      latest = new Period(nanoTime, byDatabase, sum, Map.of(), StatsRates.NONE);
      return;
    }
    long nanos = nanoTime - before.nanoTime;
    if (nanos <= 0) {
      return;
    }
    Map<String, StatsRates> rates = new HashMap<>();
    for (StatsSnapshot total : totals) {
      StatsSnapshot older =
          before.totals.getOrDefault(total.database(), StatsSnapshot.zero(total.database()));
      rates.put(total.database(), StatsRates.between(older, total, nanos));
    }
    latest =
        new Period(
            nanoTime,
            byDatabase,
            sum,
            Map.copyOf(rates),
            StatsRates.between(before.sum, sum, nanos));
  }

  /** The averages of one database; zeros for one that was not sampled twice. */
  public StatsRates of(String database) {
    Period period = latest;
    return period == null ? StatsRates.NONE : period.rates.getOrDefault(database, StatsRates.NONE);
  }

  /** The averages of all databases taken together. */
  public StatsRates overall() {
    Period period = latest;
    return period == null ? StatsRates.NONE : period.overall;
  }

  static StatsSnapshot sum(List<StatsSnapshot> totals) {
    StatsSnapshot sum = StatsSnapshot.zero(ALL);
    for (StatsSnapshot total : totals) {
      sum = sum.plus(total);
    }
    return sum;
  }

  private record Period(
      long nanoTime,
      Map<String, StatsSnapshot> totals,
      StatsSnapshot sum,
      Map<String, StatsRates> rates,
      StatsRates overall) {}
}
