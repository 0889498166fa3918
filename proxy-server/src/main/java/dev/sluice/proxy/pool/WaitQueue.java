package dev.sluice.proxy.pool;

import org.jspecify.annotations.Nullable;

/** Waiters in the order they came. Anyone can leave at any time. Used under the pool's lock. */
final class WaitQueue {
  private @Nullable Waiter first;
  private @Nullable Waiter last;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return first == null;
  }

  @Nullable Waiter peek() {
    return first;
  }

  void add(Waiter waiter) {
    waiter.queue = this;
    waiter.next = null;
    waiter.previous = last;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
    size++;
  }

  @Nullable Waiter poll() {
    Waiter waiter = first;
    if (waiter != null) {
      remove(waiter);
    }
    return waiter;
  }

  /** Returns false if it is not in the queue. */
  boolean remove(Waiter waiter) {
    if (!equals(waiter.queue)) {
      return false;
    }
    if (waiter.previous == null) {
      first = waiter.next;
    } else {
      waiter.previous.next = waiter.next;
    }
    if (waiter.next == null) {
      last = waiter.previous;
    } else {
      waiter.next.previous = waiter.previous;
    }
    waiter.previous = null;
    waiter.next = null;
    waiter.queue = null;
    size--;
    return true;
  }
}
