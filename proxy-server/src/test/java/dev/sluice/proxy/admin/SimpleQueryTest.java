package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.TestClient.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.message.FrontendMessages;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimpleQueryTest {
  private final TestClient client = new TestClient(ConsoleRole.ADMIN);
  private final TestClient stats = new TestClient(ConsoleRole.STATS);

  @Test
  void anAnswerIsExactToTheByte() {
    byte[] expected =
        ("T\0\0\0\40\0\1version\0"
                + "\0\0\0\0\0\0"
                + "\0\0\0\31"
                + "~~~~~~"
                + "\0\0"
                + "D\0\0\0\26\0\1\0\0\0\14Sluice 0.1.0"
                + "C\0\0\0\11SHOW\0"
                + "Z\0\0\0\5I")
            .getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < expected.length; i++) {
      // Size and modifier of type text are -1.
      expected[i] = expected[i] == '~' ? -1 : expected[i];
    }
    assertArrayEquals(expected, client.raw(out -> FrontendMessages.query(out, "SHOW VERSION")));
  }

  @Test
  void severalStatementsAnswerInOrder() {
    assertEquals(
        List.of(
            "T version:25:-1:0",
            "D Sluice 0.1.0",
            "C SHOW",
            "T ?column?:23:4:0",
            "D 1",
            "C SELECT 1",
            "Z I"),
        client.query(";SHOW version;; select 1 ;"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";", " ; ;\n", "-- ping", "/* a /* b */ c */"})
  void anEmptyStringHasAnEmptyAnswer(String text) {
    assertEquals(List.of("I", "Z I"), client.query(text));
  }

  @Test
  void columnsCanBeChosenAndOrdered() {
    assertEquals(
        List.of("T id:23:4:0|state:25:-1:0|id:23:4:0", "D 200|active|200", "D 201|new|201"),
        client.query("show SERVERS id, \"state\", ID").subList(0, 3));
    assertEquals(
        List.of("E ERROR 42703 column \"nothing\" does not exist | Columns: key, value.", "Z I"),
        client.query("SHOW STATE key, nothing"));
  }

  @Test
  void aSyntaxErrorAnywhereRunsNothingAndListsTheCommands() {
    List<String> answer = client.query("SHOW VERSION; FROBNICATE now");
    assertEquals(2, answer.size(), answer::toString);
    assertTrue(
        answer
            .getFirst()
            .startsWith(
                "E ERROR 42601 syntax error at or near \"FROBNICATE\" | Commands: SHOW"
                    + " ACTIVE_SOCKETS | "),
        answer::toString);
    assertEquals("Z I", answer.getLast());
    assertEquals(List.of("I", "Z I"), client.query(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW",
        "SHOW nothing",
        "SHOW POOLS,",
        "SHOW POOLS database user",
        "SHOW POOLS database,",
        "SHOW VERSION )",
        "SHOW 'pools'",
        "\"show\" pools",
        "SET",
        "SET timezone",
        "SET timezone =",
        "SET timezone = = 3",
        "SET SESSION CHARACTERISTICS TRANSACTION READ ONLY",
        "BEGIN something",
        "COMMIT AND",
        "ROLLBACK TO",
        "RELEASE",
        "DISCARD everything",
        "DEALLOCATE",
        "CLOSE",
        "RESET",
        "UNLISTEN",
        "SELECT",
        "'unterminated",
        "SHOW \"unterminated",
        "SHOW POOLS /* unterminated /* */",
        "COPY t FROM STDIN",
        "TABLE pools",
        "$1",
        "\u00fc\u00e4\ud83d\ude00"
      })
  void whatIsNotUnderstoodIs42601AndTheSessionGoesOn(String text) {
    List<String> answer = client.query(text);
    assertTrue(answer.getFirst().startsWith("E ERROR 42601 "), answer::toString);
    assertTrue(answer.getFirst().contains("| Commands: SHOW "), answer::toString);
    assertEquals("Z I", answer.getLast());
    assertFalse(client.isClosed());
  }

  @Test
  void aLongPieceIsNotRepeatedInFull() {
    String answer = client.query("'" + "\ud83d\ude00".repeat(1000)).getFirst();
    assertTrue(answer.contains("...\""), answer);
    assertTrue(answer.length() < 1000, answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PAUSE",
        "pause app",
        "RESUME",
        "DISABLE app",
        "ENABLE app",
        "RECONNECT",
        "KILL app",
        "KILL_CLIENT 17",
        "WAIT_CLOSE",
        "RELOAD",
        "SHUTDOWN WAIT_FOR_SERVERS",
        "DRAIN db1",
        "UNDRAIN db1",
        "EXPLAIN ROUTE SELECT 1",
        "SHOW ROUTES",
        "SHOW DNS_HOSTS",
        "SET client.max-connections = 3"
      })
  void whatIsToComeSaysSo(String text) {
    List<String> answer = client.query(text);
    assertTrue(answer.getFirst().startsWith("E ERROR 0A000 "), answer::toString);
    assertTrue(
        answer.getFirst().contains(" is not available in this version | "), answer::toString);
    assertEquals("Z I", answer.getLast());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PAUSE", "KILL app", "SHUTDOWN", "SET client.max-connections = 3"})
  void statsUsersMayNotChangeAnything(String text) {
    assertEquals(
        List.of(
            "E ERROR 42501 permission denied: only an admin user of the console may do this"
                + " | Users listed in admin.users may.",
            "Z I"),
        stats.query(text));
    assertEquals("D Sluice 0.1.0", stats.query("SHOW VERSION").get(1));
  }

  @Test
  void helpIsANotice() {
    List<String> answer = client.query("SHOW HELP");
    assertTrue(answer.getFirst().startsWith("N NOTICE 00000 Console usage | \n\tSHOW ACTIVE"));
    assertEquals(List.of("C SHOW", "Z I"), answer.subList(1, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET extra_float_digits = 3",
        "SET extra_float_digits TO -3",
        "SET application_name = 'PostgreSQL JDBC Driver'",
        "set session search_path to a, \"B\", 'c'",
        "SET LOCAL statement_timeout = 10s",
        "SET DateStyle TO 'ISO, MDY'",
        "SET TIME ZONE 'Europe/Berlin'",
        "SET TIMEZONE TO DEFAULT",
        "SET client_encoding TO 'utf-8'",
        "SET NAMES UTF8",
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
      })
  void driversMaySetWhatHasNoMeaningHere(String text) {
    assertEquals(List.of("N NOTICE 00000 SET ignored", "C SET", "Z I"), stats.query(text));
  }

  @Test
  void aSettingThatWouldMatterIsRefused() {
    assertEquals(
        "E ERROR 0A000 the console does not convert to encoding \"LATIN1\" | Use UTF8.",
        client.query("SET client_encoding = 'LATIN1'").getFirst());
    assertEquals(
        "E ERROR 42704 unrecognized configuration parameter \"role\""
            + " | SHOW CONFIG lists the configuration.",
        client.query("SET role = postgres").getFirst());
  }

  @Test
  void settingsAreShownUnderTheirOwnName() {
    assertEquals(
        List.of("T transaction_isolation:25:-1:0", "D read committed", "C SHOW", "Z I"),
        client.query("SHOW TRANSACTION ISOLATION LEVEL"));
    for (String setting : ShowSetting.NAMES) {
      List<String> answer = client.query("SHOW " + setting);
      assertEquals("T " + setting + ":25:-1:0", answer.getFirst());
      assertFalse(answer.get(1).equals("D NULL"), setting);
    }
    assertEquals("D UTF8", client.query("SHOW client_encoding").get(1));
    assertEquals("D GMT", client.query("SHOW TIME ZONE").get(1));
    assertEquals("D sre", client.query("SHOW SESSION AUTHORIZATION").get(1));
    assertEquals("D on", client.query("SHOW is_superuser").get(1));
    assertEquals("D off", stats.query("SHOW is_superuser").get(1));
    assertEquals("D 14.0 (Sluice 0.1.0)", client.query("SHOW server_version").get(1));
  }

  @Test
  void theSelectsOfDrivers() {
    assertEquals(
        List.of("T version:25:-1:0", "D PostgreSQL 14.0 (Sluice 0.1.0)", "C SELECT 1", "Z I"),
        client.query("select pg_catalog.version()"));
    assertEquals(
        List.of(
            "T ?column?:23:4:0|?column?:25:-1:0|bool:16:1:0|?column?:25:-1:0|x:23:4:0",
            "D 1|it's|t|NULL|-7",
            "C SELECT 1",
            "Z I"),
        client.query("SELECT 1, 'it''s', true, NULL, -7 AS x"));
    assertEquals(
        "D NULL|sluice|sre|sre|f",
        client
            .query(
                "SELECT current_schema(), current_database(), current_user, session_user,"
                    + " pg_is_in_recovery()")
            .get(1));
    assertEquals("D GMT", client.query("SELECT current_setting('TimeZone')").get(1));
    assertEquals(
        List.of("T pg_advisory_unlock_all:2278:4:0", "D "),
        client.query("SELECT pg_advisory_unlock_all()").subList(0, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM pools",
        "SELECT 1 + 1",
        "SELECT count(*)",
        "SELECT $1",
        "SELECT 99999999999",
        "SELECT nothing",
        "SELECT now()",
        "SELECT oid FROM pg_catalog.pg_type WHERE typname = 'x'"
      })
  void otherSelectsAreRefusedWithWhatToUse(String text) {
    List<String> answer = client.query(text);
    assertTrue(
        answer.getFirst().startsWith("E ERROR 0A000 the console does not offer this SELECT | SHOW"),
        answer::toString);
    assertEquals("Z I", answer.getLast());
  }

  @Test
  void whatPoolsSendBeforeReuse() {
    assertEquals(
        List.of(
            "T pg_advisory_unlock_all:2278:4:0",
            "D ",
            "C SELECT 1",
            "C CLOSE CURSOR ALL",
            "C UNLISTEN",
            "C RESET",
            "Z I"),
        client.query("SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;"));
    assertEquals(List.of("C DISCARD ALL", "Z I"), client.query("DISCARD ALL"));
    assertEquals(List.of("C DEALLOCATE ALL", "Z I"), client.query("DEALLOCATE ALL"));
    assertEquals(
        "E ERROR 26000 prepared statement \"x\" does not exist",
        client.query("DEALLOCATE x").getFirst());
    assertEquals("E ERROR 34000 portal \"x\" does not exist", client.query("CLOSE x").getFirst());
  }

  @Test
  void copyMessagesAreIgnoredAndFunctionCallsRefused() {
    assertEquals(
        List.of(),
        client.send(
            message('d', (byte) 1), message('c'), out -> FrontendMessages.copyFail(out, "x")));
    assertEquals(
        List.of("E ERROR 0A000 the console does not offer function calls", "Z I"),
        client.send(message('F', new byte[10])));
    assertFalse(client.isClosed());
  }

  @Test
  void brokenMessagesCloseTheSessionWithTheReason() {
    assertClosesWith("invalid frontend message type 63", message('?'));
    assertClosesWith("invalid frontend message type 112", message('p', (byte) 0));
    assertClosesWith("Query message has a string without its end", message('Q', (byte) 'x'));
    assertClosesWith("Query message has 1 bytes too many", message('Q', (byte) 0, (byte) 0));
    assertClosesWith(
        "message of 1048577 bytes is too long for the console",
        message('Q', new byte[ConsoleSession.MAX_MESSAGE_BYTES + 1]));
  }

  private static void assertClosesWith(String problem, Consumer<ByteBuf> broken) {
    TestClient client = new TestClient(ConsoleRole.ADMIN);
    assertEquals(
        List.of("E FATAL 08P01 " + problem),
        client.send(broken, out -> FrontendMessages.query(out, "SHOW VERSION")));
    assertTrue(client.isClosed());
  }

  @Test
  void invalidUtf8IsAnOrdinaryError() {
    assertEquals(
        List.of("E ERROR 22021 invalid byte sequence for encoding \"UTF8\"", "Z I"),
        client.send(message('Q', (byte) 0xc3, (byte) 0x28, (byte) 0)));
  }

  @Test
  void terminateCloses() {
    assertEquals(List.of(), client.send(FrontendMessages::terminate));
    assertTrue(client.isClosed());
  }

  @Test
  void oneQueryStringCannotAskForEndlessAnswers() {
    TestClient crowded = new TestClient(new SampleData(20_000), ConsoleRole.STATS, "sluice");
    List<String> answer =
        TestClient.describe(
            crowded.raw(out -> FrontendMessages.query(out, "SHOW CLIENTS tls;".repeat(100))));
    assertEquals(
        "E ERROR 54000 the answers to one query string are too large | Send fewer statements at"
            + " once.",
        answer.get(answer.size() - 2));
    assertEquals("Z I", answer.getLast());
  }
}
