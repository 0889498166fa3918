package dev.sluice.it.differential;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Plays cases against one server and writes down what it answers. */
final class CaseRunner {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);

  /** Sent by nobody: reading up to it ends when the server closes. */
  private static final char NO_TAG = '\uffff';

  private final Address server;
  private final SleepWatch watch;
  private final Neighbours neighbours;

  /**
   * @param watch sees what runs on PostgreSQL itself, past the server under test
   */
  CaseRunner(Address server, SleepWatch watch, Neighbours neighbours) {
    this.server = server;
    this.watch = watch;
    this.neighbours = neighbours;
  }

  /**
   * What goes wrong beyond an answer (no answer in time, broken framing) stands in the transcript
   * too.
   */
  Transcript run(Case script) {
    Normaliser normaliser = new Normaliser();
    // A case may send more than the server reads before its answers are read: sending has a thread
    // of its own.
    try (WireClient client = WireClient.open(server);
        ExecutorService sender = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory())) {
      try {
        converse(script, client, sender, normaliser);
      } catch (AssertionError e) {
        normaliser.note("FAILED: " + e.getMessage());
        client.abort();
      }
    }
    return normaliser.transcript();
  }

  private void converse(
      Case script, WireClient client, ExecutorService sender, Normaliser normaliser) {
    client.readTimeout(READ_TIMEOUT);
    if (!script.logsIn()) {
      client.login(CaseFile.DEFAULT_LOGIN);
    }
    boolean quiet = !script.logsIn();
    for (Step step : script.steps()) {
      if (step instanceof Step.Send send && send.fresh() && quiet && client.lastStatus() == 'I') {
        neighbours.use();
      }
      run(step, client, sender, normaliser);
      quiet = step instanceof Step.ReadReady;
    }
    sender.execute(() -> client.send(FrontendMessage.terminate()));
    for (BackendMessage message : client.readUntil(more -> false)) {
      if (!(message instanceof Closed)) {
        normaliser.note("not asked for:");
        normaliser.add(message);
      }
    }
  }

  private void run(Step step, WireClient client, ExecutorService sender, Normaliser normaliser) {
    switch (step) {
      case Step.LogIn login -> {
        normaliser.loginBegins();
        normaliser.add(client.tryLogin(login.login()));
      }
      case Step.AskEncryption ask -> {
        client.send(ask.request());
        normaliser.add(client.readEncryptionAnswer());
      }
      case Step.Send send -> sender.execute(() -> client.send(send.messages()));
      case Step.ReadReady ready -> {
        for (int i = 0; i < ready.times(); i++) {
          readTo('Z', client, normaliser);
        }
      }
      case Step.ReadTo to -> readTo(to.tag(), client, normaliser);
      case Step.ReadEnd end -> readTo(NO_TAG, client, normaliser);
      case Step.CancelSleeping cancel -> {
        watch.awaitSleeping(cancel.text());
        client.cancel();
      }
    }
  }

  /** Writes down each message as it comes: what came before a failure is then in the transcript. */
  private static void readTo(char tag, WireClient client, Normaliser normaliser) {
    client.readUntil(
        message -> {
          normaliser.add(message);
          return message.tag() == tag;
        });
  }
}
