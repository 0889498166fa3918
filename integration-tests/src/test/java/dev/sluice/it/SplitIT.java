package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.BackendKeyData;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.Pace;
import dev.sluice.it.wire.WireClient;
import dev.sluice.it.wire.WriteSizes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Where the stream is cut makes no difference: each byte of a conversation is once the last of a
 * read.
 */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SplitIT {
  private static final List<FrontendMessage> SIMPLE =
      List.of(
          FrontendMessage.query("select 1, 'one', null; select 2"),
          FrontendMessage.query("selec"),
          FrontendMessage.query(""));

  private static final List<FrontendMessage> EXTENDED =
      List.of(
          FrontendMessage.parse("s", "select n, $1::text from generate_series(1, 3) n", 25),
          FrontendMessage.describeStatement("s"),
          FrontendMessage.bind("", "s", "value"),
          FrontendMessage.describePortal(""),
          FrontendMessage.execute("", 2),
          FrontendMessage.execute("", 0),
          FrontendMessage.flush(),
          FrontendMessage.closeStatement("s"),
          FrontendMessage.sync(),
          FrontendMessage.parse("", "select 1/0"),
          FrontendMessage.bind("", ""),
          FrontendMessage.execute("", 0),
          FrontendMessage.sync());

  private static final List<FrontendMessage> COPY =
      List.of(
          FrontendMessage.query("copy (select n from generate_series(1, 3) n) to stdout"),
          FrontendMessage.query("begin; create table copied (a int, b text)"),
          FrontendMessage.query("copy copied from stdin"),
          FrontendMessage.copyData(Bytes.of("1\tone\n2\t")),
          FrontendMessage.copyData(Bytes.of("two\n")),
          FrontendMessage.copyDone(),
          FrontendMessage.query("select a + 0 as a, b || '' as b from copied"),
          FrontendMessage.query("rollback"));

  private final TestBed bed;
  private final Login login;

  SplitIT(PostgresServers servers) {
    bed = TestBed.start(servers.newest(), "split_it", "size = 3");
    login = bed.login().with("application_name", "split");
  }

  @AfterAll
  void close() {
    bed.close();
  }

  @Test
  void simpleQueriesCutAtEachByte() {
    cutAtEachByte(SIMPLE);
  }

  @Test
  void pipelineCutAtEachByte() {
    cutAtEachByte(EXTENDED);
  }

  @Test
  void copyCutAtEachByte() {
    cutAtEachByte(COPY);
  }

  @Test
  void startupCutAtEachByte() {
    List<BackendMessage> expected = logInCutAt(0);
    assertTrue(expected.size() > 5, expected::toString);
    // Shorter than any startup packet with these parameters: a cut beyond the end is none.
    int size = 4 + 4 + "user\0split_it\0database\0split_it\0application_name\0split\0\0".length();
    for (int cut = 1; cut < size; cut++) {
      assertEquals(expected, logInCutAt(cut), "startup cut at " + cut);
    }
  }

  @Test
  void everythingOneByteAtATime() {
    for (List<FrontendMessage> messages : List.of(SIMPLE, EXTENDED, COPY)) {
      assertEquals(
          ask(messages, WriteSizes.whole(), Pace.none()),
          ask(messages, WriteSizes.of(1), Pace.brief()));
    }
  }

  /**
   * What PostgreSQL answers reaches the proxy one byte at a time, and what the proxy asks reaches
   * PostgreSQL so.
   */
  @Test
  void serverOneByteAtATime() {
    for (List<FrontendMessage> messages : List.of(SIMPLE, EXTENDED, COPY)) {
      List<BackendMessage> expected = ask(messages, WriteSizes.whole(), Pace.none());
      bed.faults().divide(() -> WriteSizes.of(1), Pace.brief());
      assertEquals(expected, ask(messages, WriteSizes.whole(), Pace.none()));
      bed.faults().divide(WriteSizes::whole, Pace.none());
    }
  }

  /** Longer than every message of these conversations but the errors, which are cut within too. */
  @Test
  void everyMessageOfTheServerCutAtEachByte() {
    for (List<FrontendMessage> messages : List.of(SIMPLE, EXTENDED, COPY)) {
      List<BackendMessage> expected = ask(messages, WriteSizes.whole(), Pace.none());
      for (int at = 1; at <= 80; at++) {
        int cut = at;
        bed.faults().divide(() -> WriteSizes.cutEachAt(cut), Pace.brief());
        assertEquals(expected, ask(messages, WriteSizes.whole(), Pace.none()), "cut at " + cut);
      }
      bed.faults().divide(WriteSizes::whole, Pace.none());
    }
  }

  private void cutAtEachByte(List<FrontendMessage> messages) {
    List<BackendMessage> expected = ask(messages, WriteSizes.whole(), Pace.none());
    int size = messages.stream().mapToInt(message -> message.encoded().length).sum();
    for (int cut = 1; cut < size; cut++) {
      assertEquals(
          expected, ask(messages, WriteSizes.cutAt(cut), Pace.untilRead()), "cut at " + cut);
    }
  }

  private List<BackendMessage> ask(List<FrontendMessage> messages, WriteSizes sizes, Pace pace) {
    int ready = (int) messages.stream().filter(m -> m.tag() == 'Q' || m.tag() == 'S').count();
    WireClient client = WireClient.login(bed.address(), login);
    client.divide(sizes, pace);
    client.send(messages);
    List<BackendMessage> answers = client.readReady(ready);
    end(client);
    return answers;
  }

  private List<BackendMessage> logInCutAt(int cut) {
    WireClient client = WireClient.open(bed.address());
    client.divide(WriteSizes.cutAt(cut), Pace.untilRead());
    List<BackendMessage> answers = new ArrayList<>(client.login(login));
    answers.removeIf(BackendKeyData.class::isInstance);
    end(client);
    return answers;
  }

  /** By a reset: hundreds of sockets in TIME_WAIT would make {@link Pace#untilRead} slow. */
  private static void end(WireClient client) {
    client.abort();
  }
}
