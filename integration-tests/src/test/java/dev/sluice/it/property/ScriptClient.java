package dev.sluice.it.property;

import dev.sluice.it.differential.Normaliser;
import dev.sluice.it.differential.Transcript;
import dev.sluice.it.differential.Transcript.Line;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ReadyForQuery;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One client that plays its script on a thread of its own, for it may have to wait for a backend
 * while others go on. Its other methods are for the thread of the player, and look only at what was
 * written before the last turn was done.
 */
final class ScriptClient implements AutoCloseable {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  /** Each backend names a function as its search_path was when it compiled it. */
  private static final Pattern CONTEXT = Pattern.compile("PL/pgSQL function \\w+\\.");

  private static final Pattern PLACE = Pattern.compile(" ?\\b[FLR]='[^']*'");

  private final Address address;
  private final Login login;
  private final Normaliser normaliser = new Normaliser();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private CompletableFuture<Void> turn = CompletableFuture.completedFuture(null);
  private @Nullable WireClient client;
  private boolean over;
  private boolean insideStep;
  private boolean pinned;

  ScriptClient(Address address, Login login) {
    this.address = address;
    this.login = login;
  }

  /**
   * Begins a turn, which must not be before the last one is done.
   *
   * @param leaves whether it is the script's last
   */
  void begin(Turn next, boolean leaves) {
    pinned |= next.step().pins();
    turn = CompletableFuture.runAsync(() -> play(next, leaves), thread);
  }

  boolean busy() {
    return !turn.isDone();
  }

  CompletableFuture<Void> turn() {
    return turn;
  }

  /** Whether the turn was done in time. */
  boolean awaitTurn(Duration patience) {
    try {
      turn.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Whether it has, as far as can be told from here, a backend that it does not give back now. */
  boolean holdsBackend() {
    if (busy() || over || client == null) {
      return false;
    }
    return insideStep || pinned || client.lastStatus() != 'I';
  }

  /** Only once nothing is being played. */
  Transcript transcript() {
    List<Line> lines = new ArrayList<>();
    List<Line> notifications = new ArrayList<>();
    for (Line line : normaliser.transcript().lines()) {
      // They come when PostgreSQL waits for more, wherever that is within a batch.
      if (line.text().startsWith("A ")) {
        notifications.add(line);
        continue;
      }
      if (line.text().startsWith("Z ")) {
        lines.addAll(notifications);
        notifications.clear();
      }
      int at = lines.size();
      // PostgreSQL's order depends on what was changed first in its process.
      while (isReport(line)
          && at > 0
          && isReport(lines.get(at - 1))
          && lines.get(at - 1).text().compareTo(line.text()) > 0) {
        at--;
      }
      lines.add(at, withoutPlace(line));
    }
    lines.addAll(notifications);
    return new Transcript(lines);
  }

  private static boolean isReport(Line line) {
    return line.text().startsWith("S ");
  }

  /**
   * A statement that is parsed again on another backend fails in another place of PostgreSQL's
   * source.
   */
  private static Line withoutPlace(Line line) {
    return new Line(
        CONTEXT.matcher(line.text()).replaceAll("PL/pgSQL function "),
        line.more().map(more -> PLACE.matcher(more).replaceAll("")));
  }

  private void play(Turn next, boolean leaves) {
    if (over) {
      return;
    }
    try {
      WireClient wire = client == null ? logIn() : client;
      if (!over) {
        play(next, wire);
      }
      if (leaves && !over) {
        leave(wire);
      }
    } catch (AssertionError | RuntimeException e) {
      normaliser.note("FAILED: " + e);
      over = true;
    }
  }

  private WireClient logIn() {
    WireClient wire = WireClient.open(address);
    client = wire;
    wire.readTimeout(READ_TIMEOUT);
    normaliser.loginBegins();
    for (BackendMessage message : wire.tryLogin(login)) {
      add(message);
    }
    return wire;
  }

  private void play(Turn next, WireClient wire) {
    Step step = next.step();
    boolean last = next.piece() == step.pieces().size() - 1;
    if (next.piece() == 0) {
      normaliser.note("> " + step);
    }
    wire.send(step.pieces().get(next.piece()).stream().map(Request::message).toList());
    insideStep = !last;
    if (last) {
      readAnswer(step.end(), wire);
    }
  }

  private void readAnswer(Step.End end, WireClient wire) {
    int ready = 0;
    boolean closed = false;
    while (!over) {
      BackendMessage message = wire.read();
      add(message);
      closed |= message.tag() == '3';
      if (message instanceof ReadyForQuery) {
        ready++;
        boolean complete =
            switch (end) {
              case Step.End.Ready(int times) -> ready == times;
              case Step.End.ReadyAfterClose() -> closed;
            };
        if (complete) {
          return;
        }
      }
    }
  }

  private void leave(WireClient wire) {
    wire.send(FrontendMessage.terminate());
    while (!over) {
      BackendMessage message = wire.read();
      if (!(message instanceof Closed)) {
        normaliser.note("not asked for:");
        normaliser.add(message);
      }
      over = message instanceof Closed;
    }
  }

  private void add(BackendMessage message) {
    normaliser.add(message);
    over |= message instanceof Closed;
  }

  /** Cuts the connection if the script has not ended by itself. */
  @Override
  public void close() {
    thread.shutdownNow();
    if (client != null) {
      client.abort();
    }
  }
}
