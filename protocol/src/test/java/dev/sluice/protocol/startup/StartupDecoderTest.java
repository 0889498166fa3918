package dev.sluice.protocol.startup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StartupDecoderTest {
  private static final int MAX_BYTES = 10_004;
  private static final int VERSION_3_0 = FrontendMessages.PROTOCOL_3_0;
  private static final String NO_TERMINATOR =
      "invalid startup packet layout: expected terminator as last byte";

  @Test
  void readsAStartupMessage() {
    StartupMessage message =
        startup("user\0me\0database\0db\0options\0-c a=b\0application_name\0ä\0\0");
    assertEquals(3, message.major());
    assertEquals(0, message.minor());
    assertEquals("me", message.user());
    assertEquals("db", message.database());
    assertEquals("-c a=b", message.options());
    assertEquals(Replication.NONE, message.replication());
    assertEquals(
        List.of("user", "database", "options", "application_name"),
        List.copyOf(message.parameters().keySet()));
    assertEquals("ä", message.parameters().get("application_name"));
    assertFalse(message.needsNegotiation());
  }

  @Test
  void theDatabaseIsTheUsersNameUnlessGiven() {
    assertEquals("me", startup("user\0me\0\0").database());
    assertEquals("me", startup("user\0me\0database\0\0\0").database());
    assertNull(startup("user\0me\0\0").options());
  }

  @Test
  void namesAreCutTo63BytesAndNotInsideACharacter() {
    for (String character : List.of("x", "\u00e4", "\u20ac", "\ud83d\ude00")) {
      for (int count = 1; count < 80; count++) {
        String name = character.repeat(count);
        StartupMessage startup = startup("user\0" + name + "\0options\0" + name + "\0\0");
        String whole = startup.user();
        assertEquals(whole, startup.database());
        assertEquals(
            Math.min(63 / utf8Length(character), count) * utf8Length(character), utf8Length(whole));
        assertTrue(name.startsWith(whole));
        assertEquals(name, startup.options());
      }
    }
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void theLastValueOfAParameterCounts() {
    assertEquals("b", startup("user\0a\0user\0b\0\0").user());
  }

  @Test
  void parametersCannotBeChanged() {
    Map<String, String> parameters = startup("user\0me\0\0").parameters();
    assertThrows(UnsupportedOperationException.class, () -> parameters.put("user", "you"));
  }

  @Test
  void newerMinorVersionsAndExtensionsAreNegotiated() {
    StartupMessage newer = startup(3 << 16 | 9999, "user\0me\0\0");
    assertEquals(9999, newer.minor());
    assertEquals(2, newer.spokenMinor());
    assertTrue(newer.needsNegotiation());

    StartupMessage current = startup(FrontendMessages.PROTOCOL_3_2, "user\0me\0\0");
    assertEquals(2, current.spokenMinor());
    assertFalse(current.needsNegotiation());

    StartupMessage extended = startup("_pq_.a\0on\0user\0me\0_pq_.b\0\0\0");
    assertEquals(List.of("_pq_.a", "_pq_.b"), extended.unrecognisedOptions());
    assertEquals(Map.of("user", "me"), extended.parameters());
    assertTrue(extended.needsNegotiation());
  }

  @Test
  void replicationIsABooleanOrDatabase() {
    for (String on : new String[] {"1", "t", "tr", "true", "TRUE", "y", "yes", "on"}) {
      assertEquals(
          Replication.PHYSICAL, startup("user\0me\0replication\0" + on + "\0\0").replication());
    }
    for (String off : new String[] {"0", "f", "false", "n", "No", "of", "off"}) {
      assertEquals(
          Replication.NONE, startup("user\0me\0replication\0" + off + "\0\0").replication());
    }
    assertEquals(Replication.LOGICAL, startup("user\0me\0replication\0database\0\0").replication());
    for (String bad : new String[] {"", "o", "Database", "2", "trueish"}) {
      assertViolation(
          SqlState.INVALID_PARAMETER_VALUE,
          "invalid value for parameter \"replication\": \"" + bad + "\"",
          packet(VERSION_3_0, "user\0me\0replication\0" + bad + "\0\0"));
    }
  }

  @Test
  void readsEncryptionRequests() {
    ByteBuf ssl = Unpooled.buffer();
    FrontendMessages.sslRequest(ssl);
    assertEquals(new SslRequest(), decodeWhole(ssl));
    ByteBuf gss = Unpooled.buffer().writeInt(8).writeInt(1234 << 16 | 5680);
    assertEquals(new GssEncryptionRequest(), decodeWhole(gss));
    assertViolation(
        SqlState.PROTOCOL_VIOLATION,
        "invalid length of encryption request packet",
        Unpooled.buffer().writeInt(9).writeInt(1234 << 16 | 5679).writeByte(0));
  }

  @Test
  void readsCancelRequestsWithKeysOfAllLengths() {
    for (int length = 0; length <= 300; length++) {
      ByteBuf packet =
          Unpooled.buffer()
              .writeInt(12 + length)
              .writeInt(1234 << 16 | 5678)
              .writeInt(-7)
              .writeBytes(bytes(length));
      if (length < 4 || length > 256) {
        assertViolation(
            SqlState.PROTOCOL_VIOLATION, "invalid length of query cancel packet", packet);
      } else {
        CancelRequest cancel = assertInstanceOf(CancelRequest.class, decodeWhole(packet));
        assertEquals(-7, cancel.processId());
        assertArrayEquals(bytes(length), cancel.secret());
        assertEquals("CancelRequest[processId=-7, " + length + " secret bytes]", cancel.toString());
      }
    }
    assertViolation(
        SqlState.PROTOCOL_VIOLATION,
        "invalid length of query cancel packet",
        Unpooled.buffer().writeInt(8).writeInt(1234 << 16 | 5678));
  }

  @Test
  void refusesOtherMajorVersions() {
    for (int[] version : new int[][] {{2, 0}, {1, 0}, {0, 0}, {4, 1}, {65535, 65535}, {1234, 1}}) {
      assertViolation(
          SqlState.FEATURE_NOT_SUPPORTED,
          "unsupported frontend protocol "
              + version[0]
              + "."
              + version[1]
              + ": server supports 3.0 to 3.2",
          packet(version[0] << 16 | version[1], "user\0me\0\0"));
    }
  }

  @Test
  void refusesLengthsThatCannotBe() {
    for (int length :
        new int[] {Integer.MIN_VALUE, -1, 0, 4, 7, MAX_BYTES + 1, Integer.MAX_VALUE}) {
      // The length alone is enough: nobody waits for the rest.
      assertViolation(
          SqlState.PROTOCOL_VIOLATION,
          "invalid length of startup packet",
          Unpooled.buffer().writeInt(length));
    }
    assertViolation(
        SqlState.PROTOCOL_VIOLATION,
        "invalid length of startup packet",
        Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));
  }

  @Test
  void acceptsUpToTheLimit() {
    String start = "user\0me\0a\0";
    ByteBuf packet = packet(VERSION_3_0, start + "x".repeat(100 - 8 - start.length() - 2) + "\0\0");
    assertEquals(100, packet.readableBytes());
    assertInstanceOf(StartupMessage.class, StartupDecoder.decode(packet.duplicate(), 100));
    assertInstanceOf(ProtocolViolation.class, StartupDecoder.decode(packet, 99));
  }

  @Test
  void refusesBrokenLayouts() {
    for (String body :
        new String[] {
          "",
          "user\0me\0",
          "user\0me",
          "user\0",
          "user",
          "user\0me\0database\0\0",
          "user\0me\0\0\0",
          "\0user\0me\0\0",
          "user\0me\0\0x"
        }) {
      assertViolation(SqlState.PROTOCOL_VIOLATION, NO_TERMINATOR, packet(VERSION_3_0, body));
    }
  }

  @Test
  void refusesASessionWithoutAUser() {
    for (String body : new String[] {"\0", "database\0db\0\0", "user\0\0\0"}) {
      assertViolation(
          SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
          "no PostgreSQL user name specified in startup packet",
          packet(VERSION_3_0, body));
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    ByteBuf packet = packet(VERSION_3_0, "user\0m?\0\0");
    packet.setByte(packet.indexOf(0, packet.writerIndex(), (byte) '?'), 0xe4);
    assertViolation(
        SqlState.CHARACTER_NOT_IN_REPERTOIRE,
        "invalid byte sequence for encoding \"UTF8\" in startup packet",
        packet);
  }

  @Test
  void everyCutOfAPacketWaitsForMore() {
    ByteBuf startup = packet(VERSION_3_0, "user\0me\0database\0db\0\0");
    ByteBuf ssl = Unpooled.buffer();
    FrontendMessages.sslRequest(ssl);
    ByteBuf cancel = Unpooled.buffer();
    FrontendMessages.cancelRequest(cancel, 1, bytes(32));
    for (ByteBuf packet : new ByteBuf[] {startup, ssl, cancel}) {
      for (int length = 0; length < packet.writerIndex(); length++) {
        ByteBuf part = packet.slice(0, length);
        assertEquals(new NeedMore(), StartupDecoder.decode(part, MAX_BYTES));
        assertEquals(0, part.readerIndex());
      }
      assertInstanceOf(StartupRequest.class, decodeWhole(packet));
    }
  }

  @Test
  void leavesWhatFollows() {
    ByteBuf in = Unpooled.buffer();
    FrontendMessages.sslRequest(in);
    in.writeBytes(packet(VERSION_3_0, "user\0me\0\0")).writeByte('p');
    assertInstanceOf(SslRequest.class, StartupDecoder.decode(in, MAX_BYTES));
    assertInstanceOf(StartupMessage.class, StartupDecoder.decode(in, MAX_BYTES));
    assertEquals(1, in.readableBytes());
  }

  @Test
  void damagedPacketsNeverThrow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteBuf whole = packet(VERSION_3_0, "user\0me\0database\0db\0_pq_.x\0y\0replication\0on\0\0");
    for (int i = 0; i < 20_000; i++) {
      ByteBuf damaged = whole.copy();
      for (int j = random.nextInt(6); j >= 0; j--) {
        // The length and version are hit as often as all the rest.
        int index = random.nextInt(random.nextBoolean() ? 8 : damaged.writerIndex());
        damaged.setByte(index, random.nextBoolean() ? 0 : random.nextInt(256));
      }
      int before = damaged.readerIndex();
      String message = "seed " + seed + ", packet " + i;
      switch (StartupDecoder.decode(damaged, MAX_BYTES)) {
        case NeedMore _, ProtocolViolation _ ->
            assertEquals(before, damaged.readerIndex(), message);
        case StartupRequest _ -> assertTrue(damaged.readerIndex() > before, message);
      }
    }
  }

  @Test
  void readsBackWhatIsWritten() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", "größe");
    parameters.put("search_path", "\"$user\", public");
    parameters.put("empty", "");
    ByteBuf out = Unpooled.buffer();
    FrontendMessages.startup(out, FrontendMessages.PROTOCOL_3_2, parameters);
    assertEquals(new StartupMessage(3, 2, parameters, List.of()), decodeWhole(out));
  }

  private static StartupMessage startup(String body) {
    return startup(VERSION_3_0, body);
  }

  private static StartupMessage startup(int version, String body) {
    return assertInstanceOf(StartupMessage.class, decodeWhole(packet(version, body)));
  }

  private static StartupDecoder.Result decodeWhole(ByteBuf packet) {
    ByteBuf in = packet.duplicate();
    StartupDecoder.Result result = StartupDecoder.decode(in, MAX_BYTES);
    assertFalse(in.isReadable(), result.toString());
    return result;
  }

  private static void assertViolation(SqlState state, String message, ByteBuf packet) {
    int before = packet.readerIndex();
    ProtocolViolation violation =
        assertInstanceOf(ProtocolViolation.class, StartupDecoder.decode(packet, MAX_BYTES));
    assertEquals(new ProtocolViolation(state, message), violation);
    assertEquals(
        new ErrorMessage(Severity.FATAL, state.code(), message, null, null), violation.toError());
    assertEquals(before, packet.readerIndex());
  }

  private static ByteBuf packet(int version, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Unpooled.buffer().writeInt(8 + bytes.length).writeInt(version).writeBytes(bytes);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 7 + 1);
    }
    return bytes;
  }
}
