package dev.sluice.it.property;

import dev.sluice.it.wire.Login;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Scripts of several clients, and the order in which they have their turns. A client logs in at its
 * first turn and leaves after its last.
 *
 * @param pool how many backends they share
 * @param earlier what is played before it, over the same backends
 */
record Scenario(
    long seed, int pool, List<Participant> clients, List<Turn> turns, Optional<Scenario> earlier) {

  /**
   * A client.
   *
   * @param login all but the database
   */
  record Participant(Slot slot, Login login) {}

  Scenario {
    clients = List.copyOf(clients);
    turns = List.copyOf(turns);
  }

  private Scenario with(List<Turn> some, Optional<Scenario> before) {
    return new Scenario(seed, pool, clients, some, before);
  }

  /** The same without these steps (by identity), here and before. */
  Scenario without(Set<Step> dropped) {
    return with(
        turns.stream().filter(turn -> !dropped.contains(turn.step())).toList(),
        earlier.map(scenario -> scenario.without(dropped)));
  }

  Scenario withoutClient(int index) {
    return with(turns.stream().filter(turn -> turn.client() != index).toList(), earlier);
  }

  /** The same, after another one and whatever comes before that already. */
  Scenario after(Scenario first) {
    return with(turns, Optional.of(earlier.map(scenario -> scenario.after(first)).orElse(first)));
  }

  /** The steps, each once, in the order in which they begin. */
  List<Step> steps() {
    return Stream.concat(
            earlier.stream().flatMap(scenario -> scenario.steps().stream()),
            turns.stream().filter(turn -> turn.piece() == 0).map(Turn::step))
        .toList();
  }

  /** The clients that have a turn at all. */
  Set<Integer> active() {
    return turns.stream().map(Turn::client).collect(Collectors.toSet());
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    earlier.ifPresent(
        scenario -> {
          if (!scenario.steps().isEmpty()) {
            lines.add(scenario.toString());
            lines.add("and then");
          }
        });
    lines.add("seed %d, pool of %d".formatted(seed, pool));
    active().stream()
        .sorted()
        .forEach(
            client ->
                lines.add(
                    "client %d logs in as %s %s"
                        .formatted(
                            client,
                            clients.get(client).login().user(),
                            clients.get(client).login().parameters())));
    for (Turn turn : turns) {
      String piece =
          turn.step().pieces().get(turn.piece()).stream()
              .map(Request::text)
              .collect(Collectors.joining(" | "));
      lines.add("client %d: %s".formatted(turn.client(), piece));
    }
    return String.join("\n", lines);
  }
}
