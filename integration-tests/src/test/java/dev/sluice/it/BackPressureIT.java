package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who does not read is not read for: memory stays bounded, whatever is on its way. */
@ExtendWith(PostgresServers.Extension.class)
class BackPressureIT {
  private static final int CLIENTS = Integer.getInteger("sluice.it.slow-clients", 1000);
  private static final int BACKENDS = Integer.getInteger("sluice.it.slow-backends", 100);
  private static final long MIB = 1 << 20;
  private static final int RECEIVE_BUFFER = 16 * 1024;
  private static final String HUNDRED_MEGABYTES =
      "select repeat('x', 1000) from generate_series(1, 100000)";

  private final Login login;
  private final WireClient admin;
  private final SluiceProcess sluice;

  BackPressureIT(PostgresServers servers) {
    PostgresServer postgres = servers.newest();
    login = postgres.newDatabase("pressure_it");
    admin = postgres.admin("pressure_it");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("pool { size = " + BACKENDS + ", wait-timeout = 10m }")
            .database("pressure_it", postgres.node(), "");
    sluice = SluiceProcess.start(conf.text());
  }

  @AfterEach
  void close() {
    sluice.close();
    admin.close();
  }

  private WireClient client() {
    WireClient client = WireClient.open(sluice.address(), RECEIVE_BUFFER);
    client.login(login);
    return client;
  }

  private int stalled() {
    return Integer.parseInt(
        admin.value(
            "select count(*) from pg_stat_activity"
                + " where usename = 'pressure_it' and wait_event = 'ClientWrite'"));
  }

  /** All ask for 100 MB each and read a little now and then. */
  @Test
  void slowReaders() throws Exception {
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(client());
    }
    long before = sluice.residentBytes();
    for (WireClient client : clients) {
      client.send(FrontendMessage.query(HUNDRED_MEGABYTES));
    }
    int running = Math.min(CLIENTS, BACKENDS);
    Await.until(() -> stalled() == running, () -> stalled() + " of " + running + " stalled");
    long most = sluice.residentBytes();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 5; round++) {
        List<Future<Integer>> reads = new ArrayList<>();
        for (WireClient client : clients) {
          reads.add(threads.submit(() -> readSome(client)));
        }
        int read = 0;
        for (Future<Integer> some : reads) {
          read += some.get();
        }
        assertTrue(read > 0);
        most = Math.max(most, sluice.residentBytes());
      }
    }
    System.out.printf(
        "%d slow readers of 100 MB over %d backends: resident %d MiB before, %d MiB at most%n",
        CLIENTS, BACKENDS, before / MIB, most / MIB);
    // 1 MiB for each stream that is open, and nothing for those that wait.
    assertTrue(most - before < (running + 64) * MIB, (most - before) / MIB + " MiB more");
    clients.forEach(WireClient::abort);
    Await.until(() -> stalled() == 0, () -> stalled() + " still stalled");
  }

  /** Reads what is there, if anything is; a client that waits for a backend has nothing to read. */
  private static int readSome(WireClient client) {
    int available = Math.min(client.available(), 64 * 1024);
    client.skip(available);
    return available;
  }

  @Test
  void aSlowReaderGetsEverythingInTheEnd() {
    try (WireClient client = client()) {
      client.send(FrontendMessage.query(HUNDRED_MEGABYTES));
      Await.until(() -> stalled() == 1, () -> "PostgreSQL is not held back");
      assertEquals("1", client().value("select 1"));
      int rows = 0;
      while (client.read().tag() != 'C') {
        rows++;
      }
      assertEquals(100_001, rows);
      assertEquals('Z', client.read().tag());
      assertEquals("1", client.value("select 1"));
    }
  }

  /** PostgreSQL waits for a lock and does not read: then the client is not read either. */
  @Test
  void aServerThatDoesNotRead() throws Exception {
    admin.rows("create table t (a text); grant all on t to pressure_it");
    try (WireClient client = client();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long before = sluice.residentBytes();
      admin.rows("begin; lock table t");
      client.send(
          FrontendMessage.parse("", "insert into t select length($1::text)"),
          FrontendMessage.bind("", "", "x"),
          FrontendMessage.execute("", 0));
      String megabyte = "x".repeat((int) MIB);
      Future<?> sent =
          threads.submit(
              () -> {
                for (int i = 0; i < 200; i++) {
                  client.send(FrontendMessage.bind("", "", megabyte));
                  client.send(FrontendMessage.execute("", 0));
                }
                client.send(FrontendMessage.sync());
              });
      Await.until(
          () ->
              admin
                  .value(
                      "select count(*) from pg_stat_activity"
                          + " where usename = 'pressure_it' and wait_event_type = 'Lock'")
                  .equals("1"),
          () -> "nobody waits for the lock");
      long most = 0;
      for (int i = 0; i < 50; i++) {
        admin.rows("select pg_sleep(0.01)");
        most = Math.max(most, sluice.residentBytes());
      }
      assertTrue(!sent.isDone(), "200 MB disappeared somewhere");
      assertTrue(most - before < 64 * MIB, (most - before) / MIB + " MiB more");
      admin.rows("commit");
      assertEquals(201, Answers.commands(Answers.good(client.readUntil('Z'))).size());
      sent.get();
    }
  }

  /** What a client sends while it waits for a backend has a bound too. */
  @Test
  void aClientThatWaitsForABackend() throws Exception {
    List<WireClient> holders = new ArrayList<>();
    for (int i = 0; i < BACKENDS; i++) {
      WireClient holder = client();
      holder.rows("begin");
      holders.add(holder);
    }
    try (WireClient client = client();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long before = sluice.residentBytes();
      String text = "x".repeat((int) (100 * MIB));
      Future<?> sent =
          threads.submit(() -> client.send(FrontendMessage.query("select length('" + text + "')")));
      long most = 0;
      for (int i = 0; i < 50; i++) {
        admin.rows("select pg_sleep(0.01)");
        most = Math.max(most, sluice.residentBytes());
      }
      assertTrue(!sent.isDone(), "100 MB disappeared somewhere");
      assertTrue(most - before < 32 * MIB, (most - before) / MIB + " MiB more");
      holders.getFirst().rows("commit");
      assertEquals(List.of("" + 100 * MIB), Answers.column(Answers.good(client.readUntil('Z'))));
      sent.get();
    }
    holders.forEach(WireClient::close);
  }

  /** One value that is larger than all of the proxy's memory. */
  @Test
  void aValueLargerThanTheHeap() {
    try (WireClient client = WireClient.login(sluice.address(), login)) {
      long before = sluice.residentBytes();
      client.send(FrontendMessage.query("copy (select repeat('x', 500 << 20)) to stdout"));
      assertEquals('H', client.read().tag());
      // The header of CopyData, its body, and the end of the line.
      client.skip(5 + (500 << 20) + 1);
      assertTrue(sluice.residentBytes() - before < 64 * MIB);
      assertEquals('Z', client.readUntil('Z').getLast().tag());
    }
  }

  /** Octets that never end: their sender is not read while nobody takes them. */
  @Test
  void copyInIsHeldBack() throws Exception {
    admin.rows("create table t (a text); grant all on t to pressure_it");
    try (WireClient client = client();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      client.send(FrontendMessage.query("copy t from stdin"));
      client.readUntil('G');
      Bytes line = Bytes.of("x".repeat(100_000) + "\n");
      Future<?> sent =
          threads.submit(
              () -> {
                for (int i = 0; i < 500; i++) {
                  client.send(FrontendMessage.copyData(line));
                }
                client.send(FrontendMessage.copyDone());
              });
      sent.get();
      assertEquals(List.of("COPY 500"), Answers.commands(Answers.good(client.readUntil('Z'))));
    }
  }
}
