package dev.sluice.proxy.cluster;

import dev.sluice.config.ProbeConfig;
import java.time.Duration;

/**
 * When a server is probed.
 *
 * @param interval between the beginnings of two probes
 * @param timeout for the answer, and for connecting and logging in
 */
public record ProbeTiming(Duration interval, Duration timeout) {
  /** Part of the interval that lies between probes that are asked for. */
  private static final int SOON = 10;

  /** As it is configured. */
  public static ProbeTiming of(ProbeConfig config) {
    return new ProbeTiming(config.interval(), config.timeout());
  }

  /** The least time between the beginnings of two probes, however many are asked for. */
  Duration soon() {
    return interval.dividedBy(SOON);
  }

  /** What satisfies both. */
  ProbeTiming and(ProbeTiming other) {
    return new ProbeTiming(min(interval, other.interval), min(timeout, other.timeout));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
