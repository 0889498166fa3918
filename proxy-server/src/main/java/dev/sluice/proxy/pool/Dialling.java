package dev.sluice.proxy.pool;

import dev.sluice.proxy.backend.BackendOwner;
import dev.sluice.proxy.backend.BackendTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A pool's dials that are under way. They are planned and counted under the pool's lock; {@link
 * #start} and {@link #giveBackRoom} call out to others and are used without it.
 */
final class Dialling {
  private final Surroundings surroundings;
  private final Supplier<BackendTarget> target;
  private final SharedRoom room;
  private final DialBackoff backoff = new DialBackoff();
  private int count;
  private int nextLoop;

  Dialling(Surroundings surroundings, Supplier<BackendTarget> target, SharedRoom room) {
    this.surroundings = surroundings;
    this.target = target;
    this.room = room;
  }

  /** How many are planned or under way. */
  int count() {
    return count;
  }

  /** Counts dials in; returns the event loops to dial on, in turn. None while backing off. */
  List<Integer> plan(int wanted, long nowNanos) {
    if (wanted <= 0 || !backoff.allows(nowNanos)) {
      return List.of();
    }
    List<Integer> loops = new ArrayList<>(wanted);
    for (int i = 0; i < wanted; i++) {
      count++;
      nextLoop = (nextLoop + 1) % surroundings.loopsInUse().getAsInt();
      loops.add(nextLoop);
    }
    return loops;
  }

  void succeeded() {
    count--;
    backoff.succeeded();
  }

  void failed(long nowNanos) {
    count--;
    backoff.failed(nowNanos);
  }

  /** There was no room for a planned dial. */
  void refused() {
    count--;
  }

  /** Not under the lock. Returns false if no room is left that is shared with other pools. */
  boolean start(int loopIndex, BackendOwner owner) {
    if (!room.take()) {
      return false;
    }
    surroundings.dialer().dial(target.get(), loopIndex, owner);
    return true;
  }

  /** Not under the lock: a backend is gone, or a dial has failed. */
  void giveBackRoom() {
    room.giveBack();
  }
}
