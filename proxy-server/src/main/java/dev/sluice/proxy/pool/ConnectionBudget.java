package dev.sluice.proxy.pool;

import java.util.concurrent.atomic.AtomicInteger;

/** How many backends several pools may have together: those of one database, or of one user. */
final class ConnectionBudget {
  private final int limit;
  private final AtomicInteger used = new AtomicInteger();

  /**
   * @param limit 0 for none
   */
  ConnectionBudget(int limit) {
    this.limit = limit;
  }

  boolean tryTake() {
    if (limit == 0) {
      used.incrementAndGet();
      return true;
    }
    int before;
    do {
      before = used.get();
      if (before >= limit) {
        return false;
      }
    } while (!used.compareAndSet(before, before + 1));
    return true;
  }

  void giveBack() {
    used.decrementAndGet();
  }

  boolean limited() {
    return limit > 0;
  }

  int used() {
    return used.get();
  }
}
