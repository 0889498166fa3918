package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.TestClient.bind;
import static dev.sluice.proxy.admin.TestClient.describePortal;
import static dev.sluice.proxy.admin.TestClient.describeStatement;
import static dev.sluice.proxy.admin.TestClient.execute;
import static dev.sluice.proxy.admin.TestClient.message;
import static dev.sluice.proxy.admin.TestClient.parse;
import static dev.sluice.proxy.admin.TestClient.sync;
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

class ExtendedQueryTest {
  private final TestClient client = new TestClient(ConsoleRole.ADMIN);

  @Test
  void aPipelineIsAnsweredInOrder() {
    assertEquals(
        List.of(
            "1",
            "t ",
            "T state:25:-1:0|id:23:4:0",
            "2",
            "T state:25:-1:0|id:23:4:1",
            "D active|0x000000c8",
            "D new|0x000000c9",
            "C SHOW",
            "Z I"),
        client.send(
            parse("s", "SHOW SERVERS state, id"),
            describeStatement("s"),
            bind("p", "s", 0, 1),
            describePortal("p"),
            execute("p", 0),
            sync()));
  }

  @Test
  void formatsAreNoneOneOrAll() {
    client.send(parse("s", "SHOW SERVERS state, id"), sync());
    assertEquals("T state:25:-1:0|id:23:4:0", described());
    assertEquals("T state:25:-1:1|id:23:4:1", described(1));
    assertEquals("T state:25:-1:1|id:23:4:0", described(1, 0));
    assertEquals(
        "E ERROR 08P01 bind message has 3 result formats but query has 2 columns",
        client.send(bind("", "s", 0, 0, 0), sync()).getFirst());
    assertEquals(
        "E ERROR 22023 unsupported format code: 2",
        client.send(bind("", "s", 2), sync()).getFirst());
  }

  private String described(int... formats) {
    return client.send(bind("", "s", formats), describePortal(""), sync()).get(1);
  }

  @Test
  void whatHasNoResultHasNoData() {
    for (String text : List.of("SHOW HELP", "BEGIN", "SET timezone = 'UTC'", "", "PAUSE")) {
      List<String> answer =
          client.send(
              parse("", text), describeStatement(""), bind("", "", 1), describePortal(""), sync());
      assertEquals(List.of("1", "t ", "n", "2", "n", "Z I"), answer, text);
    }
  }

  @Test
  void anEmptyStatementIsAnEmptyQuery() {
    assertEquals(
        List.of("1", "2", "I", "Z I"),
        client.send(parse("", " -- ping"), bind("", ""), execute("", 0), sync()));
  }

  @Test
  void rowLimitsSuspendThePortal() {
    client.query("BEGIN");
    client.send(parse("s", "SHOW CLIENTS id"), bind("p", "s"), sync());
    assertEquals(List.of("D 100", "D 101", "s", "Z T"), client.send(execute("p", 2), sync()));
    assertEquals(List.of("D 102", "C SHOW", "Z T"), client.send(execute("p", 2), sync()));
    assertEquals(List.of("C SHOW", "Z T"), client.send(execute("p", 2), sync()));

    client.send(bind("q", "s"), sync());
    assertEquals(
        List.of("D 100", "D 101", "D 102", "s", "C SHOW", "Z T"),
        client.send(execute("q", 3), execute("q", 3), sync()));
  }

  @Test
  void rowsOfASuspendedPortalAreThoseOfItsFirstExecute() {
    client.query("BEGIN");
    client.send(parse("", "SELECT 1"), bind("p", ""), execute("p", 1), sync());
    client.send(parse("", "SELECT 2"), sync());
    assertEquals(List.of("C SELECT 1", "Z T"), client.send(execute("p", 0), sync()));
  }

  @Test
  void portalsEndWithTheirTransaction() {
    client.send(parse("s", "SHOW VERSION"), bind("p", "s"), sync());
    assertEquals(
        List.of("E ERROR 34000 portal \"p\" does not exist", "Z I"),
        client.send(execute("p", 0), sync()));
    client.query("BEGIN");
    client.send(bind("p", "s"), sync());
    client.query("COMMIT; BEGIN");
    assertEquals(
        List.of("E ERROR 34000 portal \"p\" does not exist", "Z E"),
        client.send(describePortal("p"), sync()));
  }

  @Test
  void statementsLastUntilTheyAreClosed() {
    client.send(parse("s", "SHOW VERSION"), sync());
    assertEquals(
        List.of("E ERROR 42P05 prepared statement \"s\" already exists", "Z I"),
        client.send(parse("s", "SELECT 1"), sync()));
    client.query("BEGIN; ROLLBACK");
    assertEquals("T version:25:-1:0", client.send(describeStatement("s"), sync()).get(1));
    assertEquals(
        List.of("3", "3", "3", "Z I"),
        client.send(
            out -> FrontendMessages.closeStatement(out, "s"),
            out -> FrontendMessages.closeStatement(out, "unknown"),
            out -> FrontendMessages.closePortal(out, "unknown"),
            sync()));
    assertEquals(
        List.of("E ERROR 26000 prepared statement \"s\" does not exist", "Z I"),
        client.send(bind("", "s"), sync()));
  }

  @Test
  void theUnnamedStatementIsReplaced() {
    client.send(parse("", "SELECT 1"), parse("", "SELECT 2"), sync());
    assertEquals("D 2", client.send(bind("", ""), execute("", 0), sync()).get(1));
    client.query("SHOW VERSION");
    assertEquals(
        "E ERROR 26000 unnamed prepared statement does not exist",
        client.send(bind("", ""), sync()).getFirst());
    client.send(parse("", "SELECT 1"), parse("", "nonsense"), sync());
    assertEquals(
        "E ERROR 26000 unnamed prepared statement does not exist",
        client.send(bind("", ""), sync()).getFirst());
  }

  @Test
  void aNamedPortalIsNotReplaced() {
    assertEquals(
        List.of("1", "2", "2", "2", "E ERROR 42P03 cursor \"p\" already exists", "Z I"),
        client.send(
            parse("", "SELECT 1"),
            bind("", ""),
            bind("", ""),
            bind("p", ""),
            bind("p", ""),
            sync()));
  }

  @Test
  void afterAnErrorEverythingUpToSyncIsSkipped() {
    List<String> answer =
        client.send(
            parse("", "nonsense"),
            bind("", ""),
            execute("", 0),
            out -> FrontendMessages.query(out, "SHOW VERSION"),
            message('F', new byte[4]),
            message('B', (byte) 1),
            sync(),
            sync(),
            out -> FrontendMessages.query(out, "SELECT 1"));
    assertTrue(answer.getFirst().startsWith("E ERROR 42601 "), answer::toString);
    assertEquals(
        List.of("Z I", "Z I", "T ?column?:23:4:0", "D 1", "C SELECT 1", "Z I"),
        answer.subList(1, answer.size()));
  }

  @Test
  void anErrorInAPipelineWithoutSyncFailsTheBlock() {
    client.query("BEGIN");
    assertEquals("Z E", client.send(parse("", "nonsense"), sync()).getLast());
    assertEquals(
        List.of("1", "2", "C ROLLBACK", "Z I"),
        client.send(parse("", "ROLLBACK"), bind("", ""), execute("", 0), sync()));
  }

  @Test
  void rolesAreCheckedWhenACommandRuns() {
    TestClient stats = new TestClient(ConsoleRole.STATS);
    List<String> answer = stats.send(parse("", "PAUSE"), bind("", ""), execute("", 0), sync());
    assertEquals(List.of("1", "2"), answer.subList(0, 2));
    assertTrue(answer.get(2).startsWith("E ERROR 42501 "), answer::toString);
    assertEquals("Z I", answer.getLast());
  }

  @Test
  void parametersMustMatchWhatWasDeclared() {
    Consumer<ByteBuf> parseWithTypes =
        message('P', bytes("s\0SELECT 1\0" + "\0\2" + "\0\0\0\27" + "\0\0\0\31"));
    assertEquals(
        List.of("1", "t 23|25", "T ?column?:23:4:0", "Z I"),
        client.send(parseWithTypes, describeStatement("s"), sync()));
    assertEquals(
        "E ERROR 08P01 bind message supplies 0 parameters, but prepared statement \"s\" requires 2",
        client.send(bind("", "s"), sync()).getFirst());
    Consumer<ByteBuf> bindWithValues =
        message(
            'B',
            bytes("\0s\0" + "\0\0" + "\0\2" + "\0\0\0\1x" + "\u00ff\u00ff\u00ff\u00ff" + "\0\0"));
    assertEquals(List.of("2", "Z I"), client.send(bindWithValues, sync()));
    assertEquals(
        "E ERROR 08P01 bind message has 2 parameter formats but 0 parameters",
        client
            .send(message('B', bytes("\0s\0" + "\0\2\0\0\0\1" + "\0\0" + "\0\0")), sync())
            .getFirst());
  }

  @Test
  void onePreparedStatementIsOneStatement() {
    assertTrue(
        client
            .send(parse("", "SELECT 1; SELECT 2"), sync())
            .getFirst()
            .startsWith("E ERROR 42601 cannot insert multiple commands into a prepared statement"));
    assertEquals("1", client.send(parse("", "SELECT 1;;"), sync()).getFirst());
  }

  @Test
  void deallocateReachesProtocolStatements() {
    client.send(parse("s", "SELECT 1"), parse("t", "SELECT 1"), sync());
    assertEquals(List.of("C DEALLOCATE", "Z I"), client.query("DEALLOCATE s"));
    assertTrue(client.send(describeStatement("s"), sync()).getFirst().startsWith("E ERROR 26000"));
    assertEquals(List.of("C DISCARD ALL", "Z I"), client.query("DISCARD ALL"));
    assertTrue(client.send(describeStatement("t"), sync()).getFirst().startsWith("E ERROR 26000"));
  }

  @Test
  void statementsAndPortalsAreBounded() {
    for (int i = 0; i < SessionObjects.MAX_STATEMENTS; i++) {
      assertEquals(List.of("1"), client.send(parse("s" + i, "SELECT 1")));
    }
    assertEquals(
        "E ERROR 53400 a console session may have at most 1000 prepared statements"
            + " | Close some of them, or reconnect.",
        client.send(parse("more", "SELECT 1"), sync()).getFirst());
    for (int i = 0; i < SessionObjects.MAX_PORTALS; i++) {
      assertEquals(List.of("2"), client.send(bind("p" + i, "s0")));
    }
    assertTrue(client.send(bind("more", "s0"), sync()).getFirst().startsWith("E ERROR 53400 "));
    assertEquals(List.of("2", "Z I"), client.send(bind("p0", "s0"), sync()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P",
        "Ps\0",
        "Ps\0SELECT 1\0",
        "Ps\0SELECT 1\0\0\1\0\0\0",
        "Ps\0SELECT 1\0\0\0!",
        "B\0",
        "B\0\0\0\1\0\0",
        "B\0\0\0\0\0\1\0\0\0\5abcd\0\0",
        "B\0\0\0\0\0\1\u00ff\u00ff\u00ff\u00fe\0\0",
        "B\0\0\0\0\0\1\177\u00ff\u00ff\u00ff\0\0",
        "B\0\0\0\0\0\0\0\1\0",
        "DX\0",
        "DSx",
        "E\0\0\0",
        "E\0\0\0\0\0!",
        "C",
        "CZ\0"
      })
  void brokenMessagesClose(String text) {
    byte[] body = bytes(text.substring(1));
    List<String> answer = client.send(message(text.charAt(0), body), sync());
    assertEquals(1, answer.size(), answer::toString);
    assertTrue(answer.getFirst().startsWith("E FATAL 08P01 "), answer::toString);
    assertTrue(client.isClosed());
  }

  @Test
  void aFaultOfOursIsAnErrorAndLeavesNoHalfMessage() {
    TestClient faulty =
        new TestClient(new SampleData().withoutVersion(), ConsoleRole.ADMIN, "sluice");
    for (int i = 0; i < 2; i++) {
      assertEquals(
          List.of("E ERROR XX000 internal error in the console | The log has the details.", "Z I"),
          faulty.query("SHOW VERSION"));
      assertEquals(
          List.of(
              "1", "2",
              "E ERROR XX000 internal error in the console | The log has the details.", "Z I"),
          faulty.send(
              parse("", "SHOW VERSION"), bind("", ""), execute("", 0), execute("", 0), sync()));
    }
    assertFalse(faulty.isClosed());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
