package dev.sluice.it.wire;

import java.util.Random;

/** How a stream is divided into writes. */
@FunctionalInterface
public interface WriteSizes {

  /** The size of the next write, from 1 to {@code remaining}. */
  int next(int remaining);

  static WriteSizes whole() {
    return remaining -> remaining;
  }

  static WriteSizes of(int size) {
    return remaining -> Math.min(size, remaining);
  }

  /** Small sizes are more likely than large ones, so that headers are cut; large values go on. */
  static WriteSizes random(Random random) {
    return remaining -> {
      int longest = remaining > 100_000 ? 17 : 12;
      return Math.min(remaining, 1 + random.nextInt(1 << random.nextInt(1, longest)));
    };
  }

  /** Cuts once, after {@code position} octets of the next stream, and never again. */
  static WriteSizes cutAt(int position) {
    boolean[] cut = new boolean[1];
    return remaining -> {
      if (cut[0] || position <= 0 || position >= remaining) {
        return remaining;
      }
      cut[0] = true;
      return position;
    };
  }

  /** Cuts each stretch that is written as one, a message say, once: behind so many octets. */
  static WriteSizes cutEachAt(int position) {
    boolean[] begun = new boolean[1];
    return remaining -> {
      begun[0] = !begun[0] && remaining > position;
      return begun[0] ? position : remaining;
    };
  }
}
