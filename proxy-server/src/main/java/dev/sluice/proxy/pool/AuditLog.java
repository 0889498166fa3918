package dev.sluice.proxy.pool;

import dev.sluice.proxy.backend.SessionDifferences;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log lines of one pool's audit: the first finding at once, then one line at most per interval
 * that says how many there were. Safe for all threads.
 */
final class AuditLog {
  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<String> lines;
  private final LongSupplier nanoClock;
  private @Nullable Long saidNanos;
  private int more;
  private String latest = "";

  /**
   * @param lines takes what is to be logged
   */
  AuditLog(Consumer<String> lines, LongSupplier nanoClock) {
    this.lines = lines;
    this.nanoClock = nanoClock;
  }

  /** A released backend held what it should not have. */
  synchronized void found(int processId, SessionDifferences what, boolean closed) {
    long now = nanoClock.getAsLong();
    String text =
        "server process %d held state that was set out of sight, in a function perhaps: %s; it was %s"
            .formatted(processId, what, closed ? "closed" : "reset");
    sum(now);
    if (saidNanos == null || now - saidNanos >= INTERVAL_NANOS) {
      saidNanos = now;
      lines.accept("audit: " + text);
    } else {
      more++;
      latest = text;
    }
  }

  /** Says what is due. */
  synchronized void sum(long now) {
    if (more > 0 && saidNanos != null && now - saidNanos >= INTERVAL_NANOS) {
      lines.accept("audit: %d more times; the last: %s".formatted(more, latest));
      saidNanos = now;
      more = 0;
    }
  }
}
