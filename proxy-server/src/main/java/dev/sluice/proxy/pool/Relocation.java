package dev.sluice.proxy.pool;

import dev.sluice.proxy.backend.BackendConnection;
import java.util.Collection;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Spreads a pool's backends evenly over the event loops that are in use, one at a time and only
 * while it is idle. Used under the pool's lock.
 */
final class Relocation {
  static final int STAY = -1;

  private final int loops;
  private final IntSupplier loopsInUse;
  private final boolean possible;
  private boolean wanted;
  private @Nullable BackendConnection moving;

  Relocation(Surroundings surroundings) {
    this.loops = surroundings.loops();
    this.loopsInUse = surroundings.loopsInUse();
    this.possible = surroundings.backendsCanMove() && loops > 1;
  }

  /** The loops in use have changed, or backends have come and gone. */
  void reconsider() {
    wanted = possible;
  }

  /** Where this idle backend should go, which the caller then has to see to; or {@link #STAY}. */
  int home(BackendConnection backend, Collection<BackendConnection> all) {
    if (!wanted || moving != null) {
      return STAY;
    }
    int used = Math.clamp(loopsInUse.getAsInt(), 1, loops);
    int[] counts = new int[loops];
    for (BackendConnection each : all) {
      counts[each.loopIndex()]++;
    }
    int share = (all.size() + used - 1) / used;
    boolean even = true;
    int emptiest = 0;
    for (int loop = 0; loop < loops; loop++) {
      even &= counts[loop] <= (loop < used ? share : 0);
      if (loop < used && counts[loop] < counts[emptiest]) {
        emptiest = loop;
      }
    }
    wanted = !even;
    int at = backend.loopIndex();
    if (even || (at < used && counts[at] <= share)) {
      return STAY;
    }
    moving = backend;
    return emptiest;
  }

  /** A backend is idle, or gone: if it was on its way, it is no more. */
  @SuppressWarnings("ReferenceEquality")
  void over(BackendConnection backend) {
    if (moving == backend) {
      moving = null;
    }
  }
}
