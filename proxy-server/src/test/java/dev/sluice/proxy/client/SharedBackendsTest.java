package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.backend.FakePostgres;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Clients with settings of their own share few backends, their requests and PostgreSQL's answers
 * interleaved in any way: each sees what it would see with a PostgreSQL session for itself.
 */
class SharedBackendsTest {
  private static final int ROUNDS = 3000;
  private static final SluiceConfig ONE = EmbeddedProxy.config("size = 1");
  private static final SluiceConfig TWO = EmbeddedProxy.config("size = 2, prepared-statements = 2");
  private static final List<Map<String, String>> STARTUPS =
      List.of(
          Map.of(),
          Map.of("TimeZone", "Asia/Tokyo"),
          Map.of("TimeZone", "Europe/Paris", "application_name", "app two"),
          Map.of("DateStyle", "ISO", "client_encoding", "LATIN1"));

  /** One client's side: what it sends in how many pieces, and what must come back. */
  private static final class Script {
    final EmbeddedProxy.Client client;
    final FakePostgres direct = new FakePostgres();
    final byte[] login;
    final byte[] requests;
    int sent;

    Script(EmbeddedProxy proxy, Map<String, String> startup, byte[] requests) {
      this.login = direct.receive(EmbeddedProxy.startup(startup));
      this.client = proxy.connect(startup);
      this.requests = requests;
    }
  }

  @Test
  void everyClientSeesItsOwnSession() {
    long seed = Long.getLong("sluice.test.seed", System.nanoTime());
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seed + round);
      play(random.nextBoolean() ? ONE : TWO, random, "seed " + (seed + round));
    }
  }

  private static void play(SluiceConfig config, Random random, String what) {
    IntUnaryOperator pieces =
        random.nextBoolean() ? all -> all : waiting -> 1 + random.nextInt(waiting);
    try (EmbeddedProxy proxy = new EmbeddedProxy(config)) {
      List<Script> scripts = new ArrayList<>();
      List<Map<String, String>> startups = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Map<String, String> startup = STARTUPS.get(random.nextInt(STARTUPS.size()));
        startups.add(startup);
        scripts.add(new Script(proxy, startup, requests(random)));
      }
      for (Script script : scripts) {
        byte[] told = script.client.read();
        assertTrue(told.length > 0, what + ": logged in");
        StreamSplitTest.assertSame(
            withoutKey(script.login), withoutKey(told), what + ": the login");
      }
      List<Script> unfinished = new ArrayList<>(scripts);
      while (!unfinished.isEmpty()) {
        Script script = unfinished.get(random.nextInt(unfinished.size()));
        int left = script.requests.length - script.sent;
        int piece = 1 + random.nextInt(Math.min(200, left));
        script.client.send(Arrays.copyOfRange(script.requests, script.sent, script.sent + piece));
        script.sent += piece;
        if (script.sent == script.requests.length) {
          unfinished.remove(script);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
          proxy.backends().exchange(pieces);
        }
      }
      proxy.pump(pieces);
      for (int i = 0; i < scripts.size(); i++) {
        Script script = scripts.get(i);
        StreamSplitTest.assertSame(
            script.direct.receive(script.requests),
            script.client.read(),
            "%s: client %d of %s".formatted(what, i, startups));
      }
      proxy.assertAllReleased();
    }
  }

  private static byte[] requests(Random random) {
    List<byte[]> all = List.copyOf(new TreeMap<>(Conversations.independent()).values());
    byte[] requests = new byte[0];
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      requests = Conversations.concat(requests, all.get(random.nextInt(all.size())));
    }
    return requests;
  }

  /** AuthenticationOk and parameters; the cancel key is Sluice's own. */
  private static byte[] withoutKey(byte[] login) {
    return Arrays.copyOf(login, login.length - 13 - 6);
  }
}
