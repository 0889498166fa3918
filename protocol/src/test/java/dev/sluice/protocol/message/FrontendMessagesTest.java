package dev.sluice.protocol.message;

import static dev.sluice.protocol.message.Bytes.assertRefuses;
import static dev.sluice.protocol.message.Bytes.assertWrites;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FrontendMessagesTest {
  @Test
  void openings() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", "me");
    parameters.put("database", "ä");
    assertWrites(
        "0000001d 00030002 'user' 00 'me' 00 'database' 00 'ä' 00 00",
        out -> FrontendMessages.startup(out, FrontendMessages.PROTOCOL_3_2, parameters));
    assertWrites(
        "00000009 00030000 00",
        out -> FrontendMessages.startup(out, FrontendMessages.PROTOCOL_3_0, Map.of()));
    assertWrites("00000008 04d2162f", FrontendMessages::sslRequest);
    assertWrites(
        "00000010 04d2162e 00000102 0a0b0c0d",
        out -> FrontendMessages.cancelRequest(out, 258, new byte[] {10, 11, 12, 13}));
    assertRefuses(out -> FrontendMessages.startup(out, 3 << 16, Map.of("", "a")));
    assertRefuses(out -> FrontendMessages.startup(out, 3 << 16, Map.of("a", "b\0")));
    assertRefuses(out -> FrontendMessages.cancelRequest(out, 1, new byte[3]));
    assertRefuses(out -> FrontendMessages.cancelRequest(out, 1, new byte[257]));
  }

  @Test
  void simpleQueries() {
    assertWrites("'Q' 0000000d 'SELECT 1' 00", out -> FrontendMessages.query(out, "SELECT 1"));
    assertWrites("'Q' 00000005 00", out -> FrontendMessages.query(out, ""));
    assertRefuses(out -> FrontendMessages.query(out, "SELECT 1\0"));
  }

  @Test
  void extendedQueries() {
    assertWrites(
        "'P' 00000012 's1' 00 'TABLE t' 00 0000 00",
        out ->
            FrontendMessages.parse(out, "s1", "TABLE t\0\0\0\0".getBytes(StandardCharsets.UTF_8)));
    assertWrites(
        "'P' 0000000f 00 'TABLE t' 00 0000", out -> FrontendMessages.parse(out, "", "TABLE t"));
    assertWrites(
        "'B' 0000001c 'p' 00 's' 00 0000 0003 00000002 'ä' ffffffff 00000000 0000",
        out -> FrontendMessages.bindText(out, "p", "s", Arrays.asList("ä", null, "")));
    assertWrites(
        "'B' 0000000c 00 00 0000 0000 0000",
        out -> FrontendMessages.bindText(out, "", "", List.of()));
    assertWrites("'D' 00000008 'S' 's1' 00", out -> FrontendMessages.describeStatement(out, "s1"));
    assertWrites("'D' 00000006 'P' 00", out -> FrontendMessages.describePortal(out, ""));
    assertWrites("'E' 0000000a 'p' 00 00000064", out -> FrontendMessages.execute(out, "p", 100));
    assertWrites("'C' 00000008 'S' 's1' 00", out -> FrontendMessages.closeStatement(out, "s1"));
    assertWrites("'C' 00000007 'P' 'p' 00", out -> FrontendMessages.closePortal(out, "p"));
    assertWrites("'S' 00000004", FrontendMessages::sync);
    assertWrites("'H' 00000004", FrontendMessages::flush);
    assertWrites("'X' 00000004", FrontendMessages::terminate);
    assertWrites("'f' 00000008 'bye' 00", out -> FrontendMessages.copyFail(out, "bye"));
    assertRefuses(out -> FrontendMessages.parse(out, "\0", "a"));
    assertRefuses(out -> FrontendMessages.parse(out, "a", "\0"));
    assertRefuses(out -> FrontendMessages.parse(out, "\0", new byte[3]));
    assertRefuses(out -> FrontendMessages.bindText(out, "\0", "", List.of()));
    assertRefuses(out -> FrontendMessages.bindText(out, "", "\0", List.of()));
    assertRefuses(out -> FrontendMessages.bindText(out, "", "", Collections.nCopies(65536, "")));
    assertRefuses(out -> FrontendMessages.describeStatement(out, "a\0b"));
    assertRefuses(out -> FrontendMessages.execute(out, "a\0b", 0));
    assertRefuses(out -> FrontendMessages.copyFail(out, "a\0b"));
  }

  @Test
  void passwords() {
    assertWrites(
        "'p' 00000009 'p' ff '23' 00",
        out -> FrontendMessages.password(out, new byte[] {'p', (byte) 0xff, '2', '3'}));
    assertWrites(
        "'p' 00000019 'SCRAM-SHA-256' 00 00000003 'n,,'",
        out ->
            FrontendMessages.saslInitialResponse(
                out, "SCRAM-SHA-256", "n,,".getBytes(StandardCharsets.UTF_8)));
    assertWrites(
        "'p' 00000007 'c=b'",
        out -> FrontendMessages.saslResponse(out, "c=b".getBytes(StandardCharsets.UTF_8)));
    assertRefuses(out -> FrontendMessages.password(out, new byte[] {'a', 0}));
    assertRefuses(out -> FrontendMessages.saslInitialResponse(out, "\0", new byte[0]));
  }
}
