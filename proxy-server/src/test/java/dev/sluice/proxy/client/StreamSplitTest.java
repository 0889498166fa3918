package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.backend.FakePostgres;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However the streams are cut, both ways, a client sees what PostgreSQL itself would send. */
class StreamSplitTest {
  private static final SluiceConfig CONFIG = EmbeddedProxy.config("size = 2");

  static Stream<String> conversations() {
    return new TreeMap<>(Conversations.all()).keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void requestsAreCutAtEveryByte(String name) {
    byte[] requests = Conversations.named(name);
    byte[] expected = direct(requests);
    for (int cut = 0; cut <= requests.length; cut++) {
      for (boolean answersBetween : new boolean[] {true, false}) {
        try (EmbeddedProxy proxy = new EmbeddedProxy(CONFIG)) {
          EmbeddedProxy.Client client = proxy.connect(Map.of());
          client.read();
          client.send(Arrays.copyOf(requests, cut));
          if (answersBetween) {
            proxy.pump(all -> all);
          }
          client.send(Arrays.copyOfRange(requests, cut, requests.length));
          proxy.pump(all -> all);
          assertSame(expected, client.read(), name + " cut at " + cut);
          proxy.assertAllReleased();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void answersAreCutAtEveryByte(String name) {
    byte[] requests = Conversations.named(name);
    byte[] expected = direct(requests);
    for (int cut = 1; cut <= expected.length; cut++) {
      try (EmbeddedProxy proxy = new EmbeddedProxy(CONFIG)) {
        EmbeddedProxy.Client client = proxy.connect(Map.of());
        client.read();
        client.send(requests);
        proxy.pump(cutAt(cut));
        assertSame(expected, client.read(), name + " cut at " + cut);
        proxy.assertAllReleased();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("conversations")
  void bothWaysAreCutAtRandom(String name) {
    byte[] requests = Conversations.named(name);
    byte[] expected = direct(requests);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      String what = "%s, round %d of seed %d".formatted(name, round, seed);
      IntUnaryOperator pieces = waiting -> 1 + random.nextInt(waiting);
      try (EmbeddedProxy proxy = new EmbeddedProxy(CONFIG)) {
        EmbeddedProxy.Client client = proxy.connect(Map.of());
        client.read();
        int sent = 0;
        while (sent < requests.length) {
          int piece = 1 + random.nextInt(Math.min(40, requests.length - sent));
          client.send(Arrays.copyOfRange(requests, sent, sent + piece));
          sent += piece;
          for (int i = random.nextInt(3); i > 0; i--) {
            proxy.backends().exchange(pieces);
          }
        }
        proxy.pump(pieces);
        assertSame(expected, client.read(), what);
        proxy.assertAllReleased();
      }
    }
  }

  /** The first piece ends there; then all there is. */
  private static IntUnaryOperator cutAt(int cut) {
    int[] left = {cut};
    return waiting -> {
      int piece = left[0] > 0 ? Math.min(waiting, left[0]) : waiting;
      left[0] -= piece;
      return piece;
    };
  }

  static byte[] direct(byte[] requests) {
    FakePostgres postgres = new FakePostgres();
    postgres.receive(EmbeddedProxy.startup(Map.of()));
    return postgres.receive(requests);
  }

  static void assertSame(byte[] expected, byte[] actual, String what) {
    if (!Arrays.equals(expected, actual)) {
      assertEquals(readable(expected), readable(actual), what);
    }
  }

  /** One message per line, as far as they are whole. */
  private static String readable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.remaining() >= 5) {
      text.append((char) in.get());
      byte[] body = new byte[Math.clamp(in.getInt() - 4L, 0, in.remaining())];
      in.get(body);
      String content = new String(body, StandardCharsets.ISO_8859_1);
      text.append(' ').append(content.replaceAll("[^ -~]+", " ").strip()).append('\n');
    }
    return text.append(in.remaining()).append(" bytes\n").toString();
  }
}
