package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.fault.Trap;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend dies: what its client sees, and that everybody else goes on. */
@ExtendWith(PostgresServers.Extension.class)
class BackendLossIT {
  private final PostgresServer postgres;
  private final TestBed bed;

  BackendLossIT(PostgresServers servers) {
    postgres = servers.newest();
    bed = TestBed.start(postgres, "loss_it", "size = 2");
    bed.admin().rows("create table t (id int); grant all on t to loss_it");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void killBackends() {
    bed.admin()
        .rows(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");
  }

  private int rowsOfT() {
    return Integer.parseInt(bed.admin().value("select count(*) from t"));
  }

  @Test
  void betweenTransactionsNobodyNotices() {
    WireClient client = bed.client();
    String before = client.value("select pg_backend_pid()");
    killBackends();
    bed.awaitNoBackend();
    String after = client.value("select pg_backend_pid()");
    assertNotEquals(before, after);
    assertEquals("1", client.value("select 1"));
  }

  @Test
  void betweenTransactionsWithAResetNobodyNotices() {
    WireClient client = bed.client();
    client.rows("begin; commit");
    bed.replaceBackends();
    assertEquals("1", client.value("select 1"));
  }

  /** The rest of a script must not run on its own: it was meant to be one transaction. */
  @Test
  void idleInATransaction() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    killBackends();
    bed.awaitCount(0, "true");
    expectFailedBlock(client, client.simple("insert into t values (2)"));
    assertEquals(0, rowsOfT());
  }

  @Test
  void runningInATransaction() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    client.send(FrontendMessage.query("select pg_sleep(60)"));
    bed.awaitCount(1, "wait_event = 'PgSleep'");
    bed.faults().cutAll();
    expectFailedBlock(client, client.readUntil('Z'));
    assertEquals(0, rowsOfT());
  }

  @Test
  void runningInATransactionByExtendedProtocol() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    client.send(
        FrontendMessage.parse("", "select pg_sleep(60)"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.parse("", "insert into t values (2)"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    bed.awaitCount(1, "wait_event = 'PgSleep'");
    bed.faults().cutAll();
    expectFailedBlock(client, client.readUntil('Z'));
    assertEquals(0, rowsOfT());
  }

  private static void expectFailedBlock(WireClient client, List<BackendMessage> answers) {
    assertEquals("08006", Answers.error(answers).sqlState());
    assertEquals("ERROR", Answers.error(answers).severity());
    assertEquals('E', client.lastStatus());
    assertEquals("25P02", client.error("insert into t values (3)").sqlState());
    assertEquals('E', client.lastStatus());
    client.send(
        FrontendMessage.parse("", "insert into t values (4)"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    assertEquals("25P02", Answers.error(client.readUntil('Z')).sqlState());
    assertEquals('E', client.lastStatus());
    assertEquals(List.of("ROLLBACK"), Answers.commands(client.simple("commit")));
    assertEquals('I', client.lastStatus());
    assertEquals("1", client.value("select 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rollback", "ROLLBACK;", "abort", "end", "commit work", "rollback and no chain"})
  void everyEndOfTheLostBlock(String end) {
    WireClient client = bed.client();
    client.rows("begin");
    bed.replaceBackends();
    assertEquals("08006", client.error("select 1").sqlState());
    assertEquals(List.of("ROLLBACK"), Answers.commands(client.simple(end)));
    assertEquals('I', client.lastStatus());
  }

  @Test
  void theLostBlockEndsByExtendedProtocol() {
    WireClient client = bed.client();
    client.send(FrontendMessage.parse("end", "rollback"), FrontendMessage.sync());
    client.readUntil('Z');
    client.rows("begin");
    bed.replaceBackends();
    assertEquals("08006", client.error("select 1").sqlState());
    client.send(
        FrontendMessage.bind("", "end"), FrontendMessage.execute("", 0), FrontendMessage.sync());
    assertEquals(List.of("ROLLBACK"), Answers.commands(client.readUntil('Z')));
    assertEquals('I', client.lastStatus());
    assertEquals("1", client.value("select 1"));
  }

  /** The script goes on in the same message: nothing behind the loss may run. */
  @Test
  void theRestOfAScriptDoesNotRun() {
    WireClient client = bed.client();
    client.rows("begin");
    Trap trap = bed.faults().onClient("values (1)").cutBefore();
    client.send(
        FrontendMessage.query("insert into t values (1)"),
        FrontendMessage.query("insert into t values (2)"),
        FrontendMessage.query("insert into t values (3)"),
        FrontendMessage.query("commit"),
        FrontendMessage.query("select 'next'"));
    List<BackendMessage> answers = client.readReady(5);
    assertTrue(trap.isSprung());
    // The commit was on its way too, so that its outcome is all that can be unknown.
    for (ErrorResponse error : Answers.errors(answers)) {
      assertTrue(List.of("08006", "08007", "25P02").contains(error.sqlState()), error::toString);
    }
    assertEquals(0, rowsOfT());
    assertEquals('I', client.lastStatus());
    assertEquals("1", client.value("select 1"));
  }

  @Test
  void withACommitThatDidNotArrive() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    bed.faults().onClient("commit").cutBefore();
    expectUnknownOutcome(client, client.simple("commit"));
    assertEquals(0, rowsOfT());
  }

  @Test
  void withACommitWhoseAnswerIsLost() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    bed.faults().onServer('C', "COMMIT").cutBefore();
    expectUnknownOutcome(client, client.simple("commit"));
    assertEquals(1, rowsOfT());
  }

  @Test
  void withACommitByExtendedProtocol() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    bed.faults().onServer('C', "COMMIT").cutBefore();
    client.send(
        FrontendMessage.parse("", "commit"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    expectUnknownOutcome(client, client.readUntil('Z'));
    assertEquals(1, rowsOfT());
  }

  private static void expectUnknownOutcome(WireClient client, List<BackendMessage> answers) {
    ErrorResponse error = Answers.error(answers);
    assertEquals("08007", error.sqlState());
    assertEquals("ERROR", error.severity());
    assertTrue(error.fields().containsKey('D'), error::toString);
    assertEquals('I', client.lastStatus());
    assertEquals("1", client.value("select 1"));
  }

  @Test
  void outsideOfABlockBeforeAnythingIsAnswered() {
    WireClient client = bed.client();
    bed.faults().onClient("values (1)").cutBefore();
    expectLost(client.error("insert into t values (1)"));
    assertEquals('I', client.lastStatus());
    assertEquals("1", client.value("select 1"));
    assertEquals(0, rowsOfT());
  }

  /** Outside of a block a statement is its own commit: that its outcome is unknown is as right. */
  private static void expectLost(ErrorResponse error) {
    assertTrue(List.of("08006", "08007").contains(error.sqlState()), error::toString);
    assertEquals("ERROR", error.severity());
  }

  @Test
  void betweenRows() {
    WireClient client = bed.client();
    bed.faults().onServer('D').sparing(5).cutBefore();
    List<BackendMessage> answers = client.simple("select n from generate_series(1, 10) n");
    assertEquals(List.of("1", "2", "3", "4", "5"), Answers.column(answers));
    assertEquals("08006", Answers.error(answers).sqlState());
    assertEquals('I', client.lastStatus());
    assertEquals("1", client.value("select 1"));
  }

  @Test
  void betweenRowsOfABlock() {
    WireClient client = bed.client();
    client.rows("begin");
    bed.faults().onServer('D').sparing(5).cutBefore();
    expectFailedBlock(client, client.simple("select n from generate_series(1, 10) n"));
  }

  /**
   * What is already forwarded of a message cannot be taken back. Either nothing of it was, and an
   * error comes, or the connection ends; an error inside of the value would be read as part of it.
   */
  @Test
  void withinARow() {
    WireClient client = bed.client();
    bed.faults().onServer('D').cutWithin(4000);
    client.send(FrontendMessage.query("select repeat('x', 1000000)"));
    try {
      List<BackendMessage> answers = client.readUntil('Z');
      assertEquals(List.of(), Answers.rows(answers));
      assertEquals("08006", Answers.error(answers).sqlState());
    } catch (AssertionError e) {
      assertTrue(String.valueOf(e.getMessage()).contains("ended inside a message"), e::toString);
    }
    assertEquals("1", bed.client().value("select 1"));
  }

  @Test
  void inAPipelineEverySyncIsAnswered() {
    WireClient client = bed.client();
    bed.faults().onClient("values (2)").cutBefore();
    List<FrontendMessage> pipeline = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      pipeline.add(FrontendMessage.parse("", "insert into t values (" + i + ")"));
      pipeline.add(FrontendMessage.bind("", ""));
      pipeline.add(FrontendMessage.execute("", 0));
      pipeline.add(FrontendMessage.sync());
    }
    client.send(pipeline);
    List<BackendMessage> answers = client.readReady(3);
    assertFalse(Answers.errors(answers).isEmpty());
    Answers.errors(answers).forEach(BackendLossIT::expectLost);
    assertEquals("1", client.value("select 1"));
    assertTrue(rowsOfT() <= 2, "the second insert never arrived");
  }

  @Test
  void whileCopyingIn() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("copy t from stdin"));
    client.readUntil('G');
    bed.faults().cutAll();
    client.send(
        FrontendMessage.copyData(Bytes.of("1\n")),
        FrontendMessage.copyData(Bytes.of("2\n")),
        FrontendMessage.copyDone());
    expectLost(Answers.error(client.readUntil('Z')));
    assertEquals("1", client.value("select 1"));
    assertEquals(0, rowsOfT());
  }

  @Test
  void whileCopyingOut() {
    WireClient client = bed.client();
    bed.faults().onServer('d').sparing(3).cutBefore();
    List<BackendMessage> answers = client.simple("copy (select generate_series(1, 10)) to stdout");
    expectLost(Answers.error(answers));
    assertEquals("1", client.value("select 1"));
  }

  @Test
  void ofASessionModeClient() {
    try (TestBed session = TestBed.start(postgres, "loss_session_it", "size = 2, mode = session")) {
      WireClient client = session.client();
      assertEquals("1", client.value("select 1"));
      WireClient other = session.client();
      assertEquals("1", other.value("select 1"));
      String pid = session.backends().getFirst();
      assertEquals("t", session.admin().value("select pg_terminate_backend(" + pid + ")"));
      List<BackendMessage> end = client.readUntil(message -> false);
      ErrorResponse error = Answers.error(end);
      assertEquals("57P01", error.sqlState());
      assertEquals("FATAL", error.severity());
      assertEquals(new Closed(), end.getLast());
      assertEquals("1", other.value("select 1"));
      assertEquals("1", session.client().value("select 1"));
    }
  }

  @Test
  void allAtOnceUnderLoadAndThePoolHeals() {
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(bed.client());
    }
    for (int round = 0; round < 10; round++) {
      for (WireClient client : clients) {
        client.send(FrontendMessage.query("select 'round " + round + "'"));
      }
      bed.faults().cutAll();
      for (WireClient client : clients) {
        List<BackendMessage> answers = client.readUntil('Z');
        if (Answers.errors(answers).isEmpty()) {
          assertEquals(List.of("round " + round), Answers.column(answers));
        } else {
          assertEquals("08006", Answers.error(answers).sqlState());
        }
      }
    }
    for (WireClient client : clients) {
      assertEquals("healed", client.value("select 'healed'"));
    }
    Await.until(() -> bed.backends().size() <= 2, () -> "backends: " + bed.backends());
  }

  /** Whoever asks meanwhile waits or hears 08001, and goes on when the server is back. */
  @Test
  void whileTheServerRefuses() {
    WireClient client = bed.client();
    assertEquals("1", client.value("select 1"));
    bed.faults().refuse(true);
    bed.replaceBackends();
    int before = bed.faults().accepted();
    client.send(FrontendMessage.query("select 'through'"));
    Await.until(() -> bed.faults().accepted() > before, () -> "nobody dials");
    bed.faults().refuse(false);
    List<BackendMessage> answers = client.readUntil('Z');
    Answers.errors(answers).forEach(error -> assertEquals("08001", error.sqlState()));
    Await.until(
        () -> Answers.column(client.simple("select 'back'")).equals(List.of("back")),
        () -> "the pool does not heal");
  }

  @Test
  void withoutItsDatabaseTheClientHearsPostgresItself() {
    bed.client().rows("select 1");
    SluiceConf conf =
        SluiceConf.trusting().database("renamed", postgres.node(), "dbname = not_there");
    try (SluiceServer sluice = SluiceServer.start(conf.text());
        WireClient client = WireClient.open(sluice.address())) {
      List<BackendMessage> login = client.tryLogin(bed.login().withDatabase("renamed"));
      List<BackendMessage> answers =
          login.getLast() instanceof Closed ? login : client.simple("select 1");
      assertEquals("3D000", Answers.error(answers).sqlState());
    }
  }
}
