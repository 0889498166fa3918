package dev.sluice.it.property;

import dev.sluice.it.PostgresServer;
import dev.sluice.it.property.Duel.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Plays scenario after scenario, on a few lanes at a time. One that fails is played again behind a
 * proxy of its own, if need be with those that were played before it, and made smaller.
 */
final class Campaign {
  private static final int LANES = 2;
  private static final int HISTORY = 8;

  private final PostgresServer postgres;
  private final Target direct;
  private final Supplier<Target> proxy;
  private final Set<Feature> features;
  private final Tally tally = new Tally();
  private final List<String> differences = new ArrayList<>();
  private final AtomicLong nextSeed;
  private final int scripts;
  private final int maxDifferences;

  /**
   * @param proxy starts another proxy
   * @param features what it can be expected to hide
   * @param seed of the first scenario; each one after it has the next number
   * @param scripts how many to play at least
   * @param maxDifferences after so many it ends
   */
  Campaign(
      PostgresServer postgres,
      Target direct,
      Supplier<Target> proxy,
      Set<Feature> features,
      long seed,
      int scripts,
      int maxDifferences) {
    this.postgres = postgres;
    this.direct = direct;
    this.proxy = proxy;
    this.features = Set.copyOf(features);
    this.nextSeed = new AtomicLong(seed);
    this.scripts = scripts;
    this.maxDifferences = maxDifferences;
  }

  static void prepare(PostgresServer postgres) {
    Databases.create(postgres, LANES);
  }

  void run() {
    try (Target shared = proxy.get()) {
      CompletableFuture<?>[] lanes = new CompletableFuture<?>[LANES];
      for (int lane = 0; lane < LANES; lane++) {
        int number = lane;
        lanes[lane] =
            CompletableFuture.runAsync(
                () -> run(number, shared), task -> Thread.ofPlatform().start(task));
      }
      CompletableFuture.allOf(lanes).join();
    }
  }

  /** What was found, each a smallest script with both transcripts. */
  List<String> differences() {
    synchronized (differences) {
      return List.copyOf(differences);
    }
  }

  Tally tally() {
    return tally;
  }

  private boolean goesOn() {
    return tally.scripts() < scripts && differences().size() < maxDifferences;
  }

  private void run(int lane, Target shared) {
    // Backends are used by scenario after scenario; those of other pool sizes are other backends.
    Map<Integer, Deque<Scenario>> history = new HashMap<>();
    try (Databases databases = Databases.open(postgres)) {
      Duel duel = new Duel(databases, direct);
      while (goesOn()) {
        Scenario scenario = ScenarioGenerator.scenario(features, nextSeed.getAndIncrement(), lane);
        Outcome outcome = duel.play(scenario, shared);
        tally.add(outcome);
        Deque<Scenario> before =
            history.computeIfAbsent(scenario.pool(), size -> new ArrayDeque<>());
        if (outcome.differs()) {
          String smallest = explain(duel, outcome, before);
          synchronized (differences) {
            differences.add(smallest);
          }
          before.clear();
        }
        before.addFirst(scenario);
        if (before.size() > HISTORY) {
          before.removeLast();
        }
      }
    }
  }

  private Outcome playAlone(Duel duel, Scenario scenario) {
    try (Target own = proxy.get()) {
      return duel.play(scenario, own);
    }
  }

  private String explain(Duel duel, Outcome found, Deque<Scenario> before) {
    Scenario scenario = found.scenario();
    Deque<Scenario> earlier = new ArrayDeque<>(before);
    while (true) {
      Outcome again = playAlone(duel, scenario);
      if (again.differs()) {
        Outcome smallest = Shrinker.shrink(smaller -> playAlone(duel, smaller), again);
        return "seed " + found.scenario().seed() + ", made smaller:\n" + smallest;
      }
      if (earlier.isEmpty()) {
        return "seed "
            + found.scenario().seed()
            + ", does not fail when it is played again, as it is:\n"
            + found;
      }
      scenario = scenario.after(earlier.removeFirst());
    }
  }
}
