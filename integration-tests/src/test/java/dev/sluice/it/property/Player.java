package dev.sluice.it.property;

import dev.sluice.it.differential.Transcript;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Plays one scenario against one target. A client whose turn it is waits for the answer before the
 * next has its turn; only where others hold all backends it is left waiting, and has the turns that
 * it missed once it is answered. What each client is answered does not depend on it: the clients
 * share no object and no key.
 */
final class Player {
  /** For an answer that should come at once; a slow machine only changes the order of turns. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /** Where all backends seem to be taken. */
  private static final Duration LITTLE_PATIENCE = Duration.ofMillis(2);

  /** What a play gave: a transcript for each client, and how often one was left waiting. */
  record Result(List<Transcript> transcripts, int waits) {}

  private final int backends;
  private final List<ScriptClient> clients = new ArrayList<>();
  private final List<Deque<Turn>> left = new ArrayList<>();
  private final int[] missed;
  private int waits;

  private Player(Scenario scenario, Target target) {
    backends = target.shares() ? scenario.pool() : Integer.MAX_VALUE;
    missed = new int[scenario.clients().size()];
    for (Scenario.Participant participant : scenario.clients()) {
      clients.add(
          new ScriptClient(target.address(), target.login().apply(scenario, participant.login())));
      left.add(new ArrayDeque<>());
    }
    scenario.turns().forEach(turn -> left.get(turn.client()).add(turn));
  }

  static Result play(Scenario scenario, Target target) {
    Player player = new Player(scenario, target);
    try {
      player.run(scenario.turns());
      return new Result(
          player.clients.stream().map(ScriptClient::transcript).toList(), player.waits);
    } finally {
      player.clients.forEach(ScriptClient::close);
    }
  }

  private void run(List<Turn> turns) {
    for (Turn turn : turns) {
      missed[turn.client()]++;
      catchUp();
    }
    List<CompletableFuture<Void>> running = running();
    while (!running.isEmpty() || missesTurns()) {
      // Who is done before this look misses turns, who is done after it ends the wait below.
      if (!missesTurns()) {
        CompletableFuture.anyOf(running.toArray(CompletableFuture<?>[]::new)).join();
      }
      catchUp();
      running = running();
    }
  }

  private List<CompletableFuture<Void>> running() {
    return clients.stream().filter(ScriptClient::busy).map(ScriptClient::turn).toList();
  }

  private boolean missesTurns() {
    for (int i = 0; i < missed.length; i++) {
      if (missed[i] > 0 && !clients.get(i).busy()) {
        return true;
      }
    }
    return false;
  }

  /** Gives turns to those that missed some, as long as one of them can take it. */
  private void catchUp() {
    boolean played = true;
    while (played) {
      played = false;
      for (int i = 0; i < missed.length; i++) {
        if (missed[i] > 0 && !clients.get(i).busy()) {
          missed[i]--;
          play(i);
          played = true;
        }
      }
    }
  }

  private void play(int index) {
    ScriptClient client = clients.get(index);
    Duration patience = mustWait(client) ? LITTLE_PATIENCE : PATIENCE;
    Turn turn = left.get(index).removeFirst();
    client.begin(turn, left.get(index).isEmpty());
    if (!client.awaitTurn(patience)) {
      waits++;
    }
  }

  private boolean mustWait(ScriptClient client) {
    if (client.holdsBackend()) {
      return false;
    }
    return clients.stream().filter(ScriptClient::holdsBackend).count() >= backends
        || clients.stream().anyMatch(ScriptClient::busy);
  }
}
