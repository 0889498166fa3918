package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a client sends, the session neither throws nor writes half a message. */
class ConsoleFuzzTest {
  private static final List<String> PIECES =
      List.of(
          "SHOW",
          "pools",
          "CLIENTS",
          "id",
          "state",
          ",",
          ";",
          "SET",
          "timezone",
          "=",
          "TO",
          "'x'",
          "'",
          "\"",
          "\"id\"",
          "SELECT",
          "1",
          "version",
          "(",
          ")",
          "::",
          "$1",
          "--",
          "\n",
          "/*",
          "*/",
          "BEGIN",
          "COMMIT",
          "ROLLBACK",
          "TO",
          "SAVEPOINT",
          "a",
          "RELEASE",
          "AND",
          "CHAIN",
          "DISCARD",
          "ALL",
          "DEALLOCATE",
          "CLOSE",
          "PAUSE",
          "HELP",
          "E'\\",
          "\u00fc",
          "-",
          "%",
          "1.5MiB",
          ".",
          "pg_catalog",
          "current_setting",
          "TRANSACTION",
          "ISOLATION",
          "LEVEL");

  @Test
  void randomMessages() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      ConsoleSession session = session();
      ByteBuf out = Unpooled.buffer();
      for (int i = 0; i < 100 && !session.isClosed(); i++) {
        byte[] body = new byte[random.nextInt(40)];
        for (int j = 0; j < body.length; j++) {
          body[j] = (byte) (random.nextInt(3) == 0 ? 0 : random.nextInt(256));
        }
        send(session, (byte) "QPBDECSHXFdcfp?".charAt(random.nextInt(15)), body, out, seed);
      }
      assertWhole(out, seed);
    }
  }

  /**
   * Messages laid out as they should be, with names and texts at random, so that deeper states are
   * met.
   */
  @Test
  void randomPipelines() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      ConsoleSession session = session();
      ByteBuf out = Unpooled.buffer();
      for (int i = 0; i < 100; i++) {
        byte[] body;
        char type = "QPBDECSSH".charAt(random.nextInt(9));
        String name = List.of("", "a", "b").get(random.nextInt(3));
        String other = List.of("", "a", "b").get(random.nextInt(3));
        body =
            switch (type) {
              case 'Q' -> bytes(text(random) + "\0");
              case 'P' -> bytes(name + "\0" + text(random) + "\0\0\0");
              case 'B' ->
                  bytes(name + "\0" + other + "\0\0\0\0\0\0\1\0" + (char) random.nextInt(2));
              case 'D', 'C' -> bytes((random.nextBoolean() ? "S" : "P") + name + "\0");
              case 'E' -> bytes(name + "\0\0\0\0" + (char) random.nextInt(3));
              default -> new byte[0];
            };
        send(session, (byte) type, body, out, seed);
      }
      assertFalse(session.isClosed(), "seed " + seed);
      assertWhole(out, seed);
      ByteBuf end = Unpooled.buffer();
      send(session, (byte) 'S', new byte[0], end, seed);
      send(session, (byte) 'Q', bytes("ROLLBACK\0"), end, seed);
      end.clear();
      send(session, (byte) 'Q', bytes("SELECT 1\0"), end, seed);
      byte[] answer = new byte[end.readableBytes()];
      end.readBytes(answer);
      assertEquals(
          List.of("T ?column?:23:4:0", "D 1", "C SELECT 1", "Z I"),
          TestClient.describe(answer),
          "seed " + seed);
    }
  }

  @Test
  void everyTruncationOfABody() {
    for (String text :
        List.of("Ps\0SELECT 1\0\0\1\0\0\0\1", "B\0\0\0\0\0\1\0\0\0\1x\0\1\0\1", "DSs\0")) {
      byte[] whole = bytes(text.substring(1));
      for (int length = 0; length < whole.length; length++) {
        ConsoleSession session = session();
        ByteBuf out = Unpooled.buffer();
        session.onMessage((byte) text.charAt(0), Unpooled.wrappedBuffer(whole, 0, length), out);
        assertTrue(session.isClosed(), text + " cut at " + length);
      }
    }
  }

  private static ConsoleSession session() {
    return new Console(new SampleData(), new StatsAverages())
        .open("sre", "sluice", ConsoleRole.ADMIN);
  }

  private static void send(ConsoleSession session, byte type, byte[] body, ByteBuf out, long seed) {
    try {
      session.onMessage(type, Unpooled.wrappedBuffer(body), out);
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static void assertWhole(ByteBuf out, long seed) {
    byte[] answer = new byte[out.readableBytes()];
    out.readBytes(answer);
    try {
      assertFalse(
          TestClient.describe(answer).stream().anyMatch(message -> message.contains("XX000")),
          "seed " + seed);
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size()))).append(' ');
    }
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
