package dev.sluice.it.property;

import dev.sluice.it.property.Duel.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts what was played. */
final class Tally {
  private final Map<Kind, Integer> operations = new EnumMap<>(Kind.class);
  private int scenarios;
  private int scripts;
  private int steps;
  private int messages;
  private int waits;

  synchronized void add(Outcome outcome) {
    scenarios++;
    scripts += outcome.scenario().active().size();
    waits += outcome.waits();
    for (Step step : outcome.scenario().steps()) {
      steps++;
      step.kinds().forEach(kind -> operations.merge(kind, 1, Integer::sum));
    }
    outcome.direct().forEach(transcript -> messages += transcript.lines().size());
  }

  synchronized int scripts() {
    return scripts;
  }

  /** How often operations of a kind were part of a script. */
  synchronized int operations(Kind kind) {
    return operations.getOrDefault(kind, 0);
  }

  @Override
  public synchronized String toString() {
    return """
    %d scripts in %d scenarios, %d steps, %d lines of answers compared; a client was left waiting for a backend %d times
    operations by kind: %s\
    """
        .formatted(
            scripts,
            scenarios,
            steps,
            messages,
            waits,
            operations.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", ")));
  }
}
