package dev.sluice.it.property;

import dev.sluice.it.property.Duel.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes a failing scenario smaller as long as it fails: clients are left out, then steps, in
 * halves, quarters and so on down to single ones.
 */
final class Shrinker {
  private static final Duration MAX_TIME = Duration.ofSeconds(60);

  private final Function<Scenario, Outcome> play;
  private Outcome smallest;
  private final long end = System.nanoTime() + MAX_TIME.toNanos();

  private Shrinker(Function<Scenario, Outcome> play, Outcome failing) {
    this.play = play;
    this.smallest = failing;
  }

  /**
   * @param play plays a scenario where nothing was played before
   * @param failing what such a play gave
   */
  static Outcome shrink(Function<Scenario, Outcome> play, Outcome failing) {
    Shrinker shrinker = new Shrinker(play, failing);
    int before;
    do {
      before = shrinker.smallest.scenario().steps().size();
      shrinker.dropClients();
      shrinker.dropSteps();
    } while (shrinker.smallest.scenario().steps().size() < before);
    return shrinker.smallest;
  }

  private void dropClients() {
    for (int client : smallest.scenario().active()) {
      if (smallest.scenario().active().size() > 1) {
        tryInstead(smallest.scenario().withoutClient(client));
      }
    }
  }

  private void dropSteps() {
    List<Step> steps = smallest.scenario().steps();
    for (int size = Math.max(1, steps.size() / 2); size >= 1; size /= 2) {
      for (int from = 0; from < steps.size(); ) {
        List<Step> part = steps.subList(from, Math.min(steps.size(), from + size));
        if (part.size() < steps.size() && tryInstead(without(part))) {
          steps = new ArrayList<>(steps);
          steps.subList(from, Math.min(steps.size(), from + size)).clear();
        } else {
          from += size;
        }
      }
    }
  }

  private Scenario without(List<Step> part) {
    Set<Step> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
    dropped.addAll(part);
    return smallest.scenario().without(dropped);
  }

  private boolean tryInstead(Scenario smaller) {
    if (System.nanoTime() - end > 0) {
      return false;
    }
    Outcome outcome = play.apply(smaller);
    if (outcome.differs()) {
      smallest = outcome;
    }
    return outcome.differs();
  }
}
