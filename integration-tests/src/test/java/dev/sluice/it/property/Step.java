package dev.sluice.it.property;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client sends before it waits for an answer.
 *
 * @param pieces writes; others may have their turn between two of them
 * @param end how the client knows that the answer is complete
 */
record Step(List<Kind> kinds, List<List<Request>> pieces, End end) {

  /** Where the answer of a step ends. */
  sealed interface End {

    /** At so many ReadyForQuery. */
    record Ready(int times) implements End {}

    /**
     * At the first ReadyForQuery behind a CloseComplete: an error before makes PostgreSQL skip a
     * Query, and with it one ReadyForQuery.
     */
    record ReadyAfterClose() implements End {}
  }

  Step {
    kinds = List.copyOf(kinds);
    pieces = pieces.stream().map(List::copyOf).toList();
  }

  boolean pins() {
    return kinds.stream().anyMatch(Kind::pins);
  }

  @Override
  public String toString() {
    return pieces.stream()
        .map(piece -> piece.stream().map(Request::text).collect(Collectors.joining(" | ")))
        .collect(Collectors.joining(" || "));
  }
}
