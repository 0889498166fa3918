package dev.sluice.proxy.pool;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.LeaseHolder;
import org.jspecify.annotations.Nullable;

/**
 * A client's place in a pool's wait queue. A client has one and uses it again and again: it can
 * wait for one backend at a time.
 */
public final class Waiter {
  /** Hears of the outcome on the holder's executor. */
  public interface Listener {
    /**
     * @param nowNanos when it was, by {@link System#nanoTime}
     */
    void granted(BackendConnection backend, long nowNanos);

    void refused(ErrorMessage error);
  }

  private final int loopIndex;

  // All below under the pool's lock.
  @Nullable Waiter previous;
  @Nullable Waiter next;
  @Nullable WaitQueue queue;
  long sinceNanos;

  /** Since when it waits for a primary to be there. */
  long homelessNanos;

  @Nullable LeaseHolder holder;
  @Nullable Listener listener;

  /**
   * @param loopIndex the event loop the client lives on
   */
  public Waiter(int loopIndex) {
    this.loopIndex = loopIndex;
  }

  int loopIndex() {
    return loopIndex;
  }

  void begin(LeaseHolder who, Listener hears, long nowNanos) {
    sinceNanos = nowNanos;
    holder = who;
    listener = hears;
  }

  /** Under the pool's lock. Returns false if it is in no queue. */
  boolean leave() {
    return queue != null && queue.remove(this);
  }

  /** Not under the lock; it is in no queue any more. */
  void refuse(ErrorMessage error) {
    LeaseHolder who = holder;
    Listener hears = listener;
    if (who != null && hears != null) {
      who.executor().execute(() -> hears.refused(error));
    }
  }
}
