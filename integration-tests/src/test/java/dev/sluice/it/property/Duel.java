package dev.sluice.it.property;

import dev.sluice.it.differential.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The same scenario both ways. */
final class Duel {

  /** What each client was answered, and how often one was left waiting behind the proxy. */
  record Outcome(
      Scenario scenario,
      List<Transcript> direct,
      List<Transcript> proxied,
      int waits,
      Optional<Outcome> earlier) {

    boolean differs() {
      return earlier.map(Outcome::differs).orElse(false) || differsItself();
    }

    private boolean differsItself() {
      for (int i = 0; i < direct.size(); i++) {
        if (!direct.get(i).matches(proxied.get(i))) {
          return true;
        }
      }
      return false;
    }

    /** The script and, of the clients that see a difference, both transcripts. */
    @Override
    public String toString() {
      return scenario + "\n" + differences();
    }

    private String differences() {
      List<String> parts = new ArrayList<>();
      earlier.filter(Outcome::differs).ifPresent(outcome -> parts.add(outcome.differences()));
      for (int i = 0; i < direct.size(); i++) {
        if (!direct.get(i).matches(proxied.get(i))) {
          parts.add("what client %d of seed %d sees:".formatted(i, scenario.seed()));
          parts.add(Transcript.sideBySide(direct.get(i), proxied.get(i)));
        }
      }
      return String.join("\n", parts);
    }
  }

  private final Databases databases;
  private final Target direct;

  Duel(Databases databases, Target direct) {
    this.databases = databases;
    this.direct = direct;
  }

  Outcome play(Scenario scenario, Target proxied) {
    Optional<Outcome> earlier = scenario.earlier().map(before -> play(before, proxied));
    databases.reset(scenario);
    CompletableFuture<Player.Result> alone =
        CompletableFuture.supplyAsync(
            () -> Player.play(scenario, direct), task -> Thread.ofVirtual().start(task));
    Player.Result shared = Player.play(scenario, proxied);
    return new Outcome(
        scenario, alone.join().transcripts(), shared.transcripts(), shared.waits(), earlier);
  }
}
