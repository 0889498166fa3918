package dev.sluice.proxy.cluster;

/**
 * Which tick found the primary at which position. Ticks, times and positions only grow.
 *
 * <p>It is bounded, and yet reaches far back: when it is full, it is thinned, the more the older
 * entries are. A replica that is hours behind is then given a tick somewhat older than its true
 * one, never a newer one.
 */
final class TickLog {
  /** What the log can span, in powers of e of its newest gaps: months. */
  private static final int E_FOLDS = 32;

  private final long[] ticks;
  private final long[] sentNanos;
  private final long[] positions;
  private final int gapsPerAge;
  private int size;

  TickLog(int capacity) {
    ticks = new long[capacity];
    sentNanos = new long[capacity];
    positions = new long[capacity];
    gapsPerAge = Math.max(1, capacity / E_FOLDS);
  }

  void add(long tick, long sent, long position) {
    if (size == ticks.length) {
      thin();
    }
    put(size++, tick, sent, position);
  }

  /** Leaves gaps that are small compared with how long ago they were. */
  private void thin() {
    long newest = sentNanos[size - 1];
    int kept = 1;
    for (int i = 1; i < size; i++) {
      boolean dispensable =
          i < size - 1
              && sentNanos[i + 1] - sentNanos[kept - 1] <= (newest - sentNanos[i + 1]) / gapsPerAge;
      if (!dispensable) {
        put(kept++, ticks[i], sentNanos[i], positions[i]);
      }
    }
    if (kept == size) {
      kept--; // it has reached its end: the oldest goes
      System.arraycopy(ticks, 1, ticks, 0, kept);
      System.arraycopy(sentNanos, 1, sentNanos, 0, kept);
      System.arraycopy(positions, 1, positions, 0, kept);
    }
    size = kept;
  }

  private void put(int index, long tick, long sent, long position) {
    ticks[index] = tick;
    sentNanos[index] = sent;
    positions[index] = position;
  }

  /** The index of the newest entry whose position is not beyond this one; -1 if there is none. */
  int newestReached(long position) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (positions[middle] <= position) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  long tick(int index) {
    return ticks[index];
  }

  long sentNanos(int index) {
    return sentNanos[index];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }
}
