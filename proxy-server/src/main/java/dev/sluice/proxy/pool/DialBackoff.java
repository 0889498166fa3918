package dev.sluice.proxy.pool;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * When to dial again after PostgreSQL refused: soon at first, then less and less often, each pool
 * at a moment of its own. Used under the pool's lock.
 */
final class DialBackoff {
  private static final long FIRST_MILLIS = 50;
  private static final long MAX_MILLIS = 5_000;

  private int failures;
  private long notBeforeNanos;

  void succeeded() {
    failures = 0;
  }

  void failed(long nowNanos) {
    long ceiling = Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    long millis = ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
    failures++;
    notBeforeNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  boolean allows(long nowNanos) {
    return failures == 0 || nowNanos - notBeforeNanos >= 0;
  }
}
