package dev.sluice.proxy.pool;

import dev.sluice.proxy.backend.BackendConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Backends that nobody has, by the event loop they live on; the last one used is the first to be
 * used again, so that those beyond need grow old and are closed. Used under the pool's lock.
 */
final class IdleBackends {
  private final List<ArrayDeque<BackendConnection>> byLoop = new ArrayList<>();
  private int size;

  IdleBackends(int loops) {
    for (int i = 0; i < loops; i++) {
      byLoop.add(new ArrayDeque<>());
    }
  }

  int size() {
    return size;
  }

  void add(BackendConnection backend) {
    byLoop.get(backend.loopIndex()).addLast(backend);
    size++;
  }

  /** One on this event loop if there is one, else one on another. */
  @Nullable BackendConnection take(int loopIndex) {
    if (size == 0) {
      return null;
    }
    BackendConnection own = byLoop.get(loopIndex).pollLast();
    if (own != null) {
      size--;
      return own;
    }
    for (ArrayDeque<BackendConnection> others : byLoop) {
      BackendConnection other = others.pollLast();
      if (other != null) {
        size--;
        return other;
      }
    }
    return null;
  }

  boolean remove(BackendConnection backend) {
    if (byLoop.get(backend.loopIndex()).removeLastOccurrence(backend)) {
      size--;
      return true;
    }
    return false;
  }

  /** Removes the one that has been idle for longest, if it was for so long. */
  @Nullable BackendConnection takeIdleFor(long nanos, long nowNanos) {
    BackendConnection oldest = null;
    for (ArrayDeque<BackendConnection> idle : byLoop) {
      BackendConnection candidate = idle.peekFirst();
      if (candidate != null
          && (oldest == null
              || candidate.age().idleNanos(nowNanos) > oldest.age().idleNanos(nowNanos))) {
        oldest = candidate;
      }
    }
    if (oldest == null || oldest.age().idleNanos(nowNanos) < nanos) {
      return null;
    }
    remove(oldest);
    return oldest;
  }

  /** Removes one for which this is true, if there is any. */
  @Nullable BackendConnection takeFirst(Predicate<BackendConnection> wanted) {
    for (ArrayDeque<BackendConnection> idle : byLoop) {
      for (Iterator<BackendConnection> it = idle.iterator(); it.hasNext(); ) {
        BackendConnection backend = it.next();
        if (wanted.test(backend)) {
          it.remove();
          size--;
          return backend;
        }
      }
    }
    return null;
  }

  /** The one on this event loop that was used last; it stays. */
  @Nullable BackendConnection peek(int loopIndex) {
    return byLoop.get(loopIndex).peekLast();
  }

  List<BackendConnection> takeAll() {
    List<BackendConnection> all = new ArrayList<>();
    byLoop.forEach(
        idle -> {
          all.addAll(idle);
          idle.clear();
        });
    size = 0;
    return all;
  }
}
