package dev.sluice.config.load;

import java.util.List;

/**
 * A unit of time.
 *
 * @param words as it may be written; the first is how we write it, the longer ones HOCON's own
 */
record DurationUnit(long micros, List<String> words) {
  static final List<DurationUnit> LARGEST_FIRST =
      List.of(
          new DurationUnit(86_400_000_000L, List.of("d", "day", "days")),
          new DurationUnit(3_600_000_000L, List.of("h", "hour", "hours")),
          new DurationUnit(60_000_000L, List.of("m", "min", "minute", "minutes")),
          new DurationUnit(1_000_000L, List.of("s", "second", "seconds")),
          new DurationUnit(1_000L, List.of("ms", "millisecond", "milliseconds")),
          new DurationUnit(1L, List.of("us", "microsecond", "microseconds")));
}
