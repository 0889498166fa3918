package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client vanishes: its work ends, nothing of it stays, and its backend serves the next one. */
@ExtendWith(PostgresServers.Extension.class)
class ClientLossIT {
  private final TestBed bed;
  private final List<String> before;

  ClientLossIT(PostgresServers servers) {
    bed = TestBed.start(servers.newest(), "client_loss_it", "size = 1");
    bed.admin().rows("create table t (id int, filler text); grant all on t to client_loss_it");
    try (WireClient client = WireClient.login(bed.address(), bed.login())) {
      client.rows("select 1");
    }
    before = bed.backends();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** The same backend serves again, and no row of the lost client's is there. */
  private void expectReused() {
    assertEquals("0", bed.client().value("select count(*) from t"));
    assertEquals(before, bed.backends());
    assertEquals(0, bed.count("state <> 'idle'"));
  }

  @Test
  void inTheMiddleOfAQuery() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("insert into t select 1 from pg_sleep(60)"));
    bed.awaitCount(1, "wait_event = 'PgSleep'");
    client.abort();
    expectReused();
  }

  /** The end of the stream without a Terminate, as when the process was killed. */
  @Test
  void inTheMiddleOfAQueryWithAnOrderlyClose() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("insert into t select 1 from pg_sleep(60)"));
    bed.awaitCount(1, "wait_event = 'PgSleep'");
    client.shutdownOutput();
    expectReused();
  }

  @Test
  void idleInATransaction() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    client.abort();
    expectReused();
  }

  @Test
  void inAFailedTransaction() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    client.error("select 1/0");
    client.abort();
    expectReused();
  }

  @Test
  void inTheMiddleOfAQueryOfATransaction() {
    WireClient client = bed.client();
    client.rows("begin; insert into t values (1)");
    client.send(FrontendMessage.query("select pg_sleep(60)"));
    bed.awaitCount(1, "wait_event = 'PgSleep'");
    client.abort();
    expectReused();
  }

  @Test
  void inTheMiddleOfAPipelineWithoutSync() {
    WireClient client = bed.client();
    client.send(
        FrontendMessage.parse("", "insert into t values (1)"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.flush());
    client.readUntil('C');
    client.abort();
    expectReused();
  }

  @Test
  void inTheMiddleOfAMessage() {
    WireClient client = bed.client();
    byte[] whole = FrontendMessage.query("insert into t values (1)").encoded();
    client.rows("begin");
    client.send(
        FrontendMessage.unframed(Bytes.of(java.util.Arrays.copyOf(whole, whole.length - 5))));
    client.abort();
    expectReused();
  }

  @Test
  void inTheMiddleOfACopyIn() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("copy t from stdin"));
    client.readUntil('G');
    client.send(FrontendMessage.copyData(Bytes.of("1\ta\n")));
    client.abort();
    expectReused();
  }

  @Test
  void inTheMiddleOfACopyMessage() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("copy t from stdin"));
    client.readUntil('G');
    byte[] whole = FrontendMessage.copyData(Bytes.of("1\t" + "x".repeat(1000) + "\n")).encoded();
    client.send(FrontendMessage.unframed(Bytes.of(java.util.Arrays.copyOf(whole, 500))));
    client.abort();
    // The rest of the message is missing, so that nothing but its end helps this backend.
    assertEquals("0", bed.client().value("select count(*) from t"));
  }

  @Test
  void withAResultThatItDidNotRead() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("select repeat('x', 1000) from generate_series(1, 1000000)"));
    client.readUntil('D');
    client.abort();
    expectReused();
  }

  /**
   * Where clients and the backend live on several event loops, answers are on their way from one to
   * the other when the client is lost.
   */
  @Test
  void manyInTheMiddleOfTheirAnswers() {
    for (int i = 0; i < 60; i++) {
      WireClient client = bed.client();
      for (int batch = 0; batch < 200; batch++) {
        client.send(
            FrontendMessage.parse("", "select repeat('x', 500) from generate_series(1, 20)"),
            FrontendMessage.bind("", ""),
            FrontendMessage.execute("", 0),
            FrontendMessage.sync());
      }
      client.readUntil('D');
      client.abort();
    }
    expectReused();
  }

  @Test
  void whileItWaitsForABackend() {
    WireClient holder = bed.client();
    holder.rows("begin");
    WireClient waiter = bed.client();
    waiter.send(FrontendMessage.query("insert into t values (1)"));
    waiter.abort();
    WireClient next = bed.client();
    next.send(FrontendMessage.query("select 'next'"));
    holder.rows("commit");
    assertEquals(List.of("next"), Answers.column(next.readUntil('Z')));
    expectReused();
  }

  /**
   * Unlike a client that vanishes: what it sent before it said so is done, as PostgreSQL does it.
   */
  @Test
  void terminateLetsWorkFinish() {
    WireClient client = bed.client();
    client.send(
        FrontendMessage.query("insert into t select 1 from pg_sleep(0.2)"),
        FrontendMessage.query("insert into t values (2)"),
        FrontendMessage.terminate());
    client.readUntil(message -> false);
    assertEquals("2", bed.client().value("select count(*) from t"));
    assertEquals(before, bed.backends());
  }

  @Test
  void terminateInATransactionRollsBack() {
    WireClient client = bed.client();
    client.send(
        FrontendMessage.query("begin; insert into t values (1)"), FrontendMessage.terminate());
    client.readUntil(message -> false);
    expectReused();
  }

  @Test
  void terminateInACopyRollsBack() {
    WireClient client = bed.client();
    client.send(FrontendMessage.query("copy t from stdin"));
    client.readUntil('G');
    client.send(FrontendMessage.copyData(Bytes.of("1\ta\n")), FrontendMessage.terminate());
    client.readUntil(message -> false);
    assertEquals("0", bed.client().value("select count(*) from t"));
  }

  @Test
  void manyAtOnce() {
    for (int round = 0; round < 5; round++) {
      List<WireClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        WireClient client = WireClient.login(bed.address(), bed.login());
        client.send(FrontendMessage.query("begin; insert into t values (1); select 1"));
        clients.add(client);
      }
      clients.forEach(WireClient::abort);
    }
    expectReused();
  }
}
