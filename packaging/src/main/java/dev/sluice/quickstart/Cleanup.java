package dev.sluice.quickstart;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be ended and removed, the last one first, exactly once: at the end of the program or
 * by Ctrl-C, whichever comes first.
 */
final class Cleanup implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /** If the end has begun meanwhile, the part is closed at once. */
  synchronized <T extends AutoCloseable> T add(T part) {
    if (closed) {
      end(part);
    } else {
      parts.push(part);
    }
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!parts.isEmpty()) {
      end(parts.pop());
    }
  }

  /** One part that cannot be ended must not keep the others. */
  private static void end(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      System.err.println("cannot clean up: " + e);
    }
  }
}
