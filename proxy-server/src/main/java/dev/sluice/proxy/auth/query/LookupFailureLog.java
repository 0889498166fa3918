package dev.sluice.proxy.auth.query;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why users of one database cannot be looked up, once per interval. Safe for all threads. */
final class LookupFailureLog {
  private static final Logger log = LoggerFactory.getLogger(LookupFailureLog.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final String target;
  private final LongSupplier nanoClock;
  private boolean said;
  private long lastNanos;
  private int unsaid;

  LookupFailureLog(String target, LongSupplier nanoClock) {
    this.target = target;
    this.nanoClock = nanoClock;
  }

  synchronized void failed(String reason) {
    long now = nanoClock.getAsLong();
    if (said && now - lastNanos < INTERVAL.toNanos()) {
      unsaid++;
      return;
    }
    log.warn(
        "auth.query at {}: {}{}",
        target,
        reason,
        unsaid == 0 ? "" : " (" + unsaid + " more failures since the last line)");
    said = true;
    lastNanos = now;
    unsaid = 0;
  }
}
