package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.fault.Passing;
import dev.sluice.it.fault.Trap;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A CancelRequest reaches the query it was meant for, or nothing. */
@ExtendWith(PostgresServers.Extension.class)
class CancelIT {
  private static final String SLEEPS = "wait_event = 'PgSleep'";

  private final PostgresServer postgres;

  CancelIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  @Test
  void reachesTheQueryOfItsClientOnly() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 3")) {
      WireClient other = bed.client();
      WireClient mine = bed.client();
      other.send(FrontendMessage.query("select pg_sleep(60)"));
      bed.awaitCount(1, SLEEPS);
      mine.send(FrontendMessage.query("select pg_sleep(60)"));
      bed.awaitCount(2, SLEEPS);
      mine.cancel();
      assertEquals("57014", Answers.error(mine.readUntil('Z')).sqlState());
      assertEquals(1, bed.count(SLEEPS));
      assertEquals("alive", mine.value("select 'alive'"));
      other.cancel();
      assertEquals("57014", Answers.error(other.readUntil('Z')).sqlState());
    }
  }

  @Test
  void reachesAQueryInABlockAndTheBlockFails() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 1")) {
      WireClient client = bed.client();
      client.rows("begin");
      client.send(FrontendMessage.query("select pg_sleep(60)"));
      bed.awaitCount(1, SLEEPS);
      client.cancel();
      assertEquals("57014", Answers.error(client.readUntil('Z')).sqlState());
      assertEquals('E', client.lastStatus());
      client.rows("rollback");
      assertEquals("1", client.value("select 1"));
    }
  }

  @Test
  void ofAnIdleClientDoesNotTouchWhoHasItsBackendNow() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 1")) {
      WireClient idle = bed.client();
      assertEquals("1", idle.value("select 1"));
      WireClient busy = bed.client();
      busy.send(FrontendMessage.query("select pg_sleep(0.5), 'undisturbed'"));
      bed.awaitCount(1, SLEEPS);
      for (int i = 0; i < 20; i++) {
        idle.cancel();
      }
      assertEquals(List.of("", "undisturbed"), Answers.rows(busy.readUntil('Z')).getFirst());
    }
  }

  @Test
  void ofAClientInABlockThatRunsNothingDoesNothing() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 1")) {
      WireClient client = bed.client();
      client.rows("begin");
      client.cancel();
      assertEquals("1", client.value("select 1"));
      client.rows("commit");
    }
  }

  /**
   * The request is on its way to PostgreSQL when its query ends: the backend must not go to the
   * next client before it is over.
   */
  @Test
  void thatComesTooLateDoesNotReachTheNextClient() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 1")) {
      WireClient first = bed.client();
      WireClient second = bed.client();
      bed.admin().rows("select pg_advisory_lock(1)");
      first.send(FrontendMessage.query("select pg_advisory_xact_lock(1), 'first'"));
      bed.awaitCount(1, "wait_event = 'advisory'");
      Trap cancel = bed.faults().on(Passing::isCancelRequest).hold();
      Thread canceller = Thread.ofVirtual().start(first::cancel);
      cancel.awaitSprung();
      bed.admin().rows("select pg_advisory_unlock(1)");
      assertEquals(List.of("", "first"), Answers.rows(first.readUntil('Z')).getFirst());
      second.send(FrontendMessage.query("select pg_sleep(0.2), 'second'"));
      cancel.open();
      assertEquals(List.of("", "second"), Answers.rows(second.readUntil('Z')).getFirst());
      join(canceller);
      assertEquals("1", first.value("select 1"));
    }
  }

  @Test
  void withAWrongSecretDoesNothing() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 1")) {
      WireClient client = bed.client();
      client.send(FrontendMessage.query("select pg_sleep(0.3), 'undisturbed'"));
      bed.awaitCount(1, SLEEPS);
      byte[] wrong = client.key().secret().toArray();
      wrong[wrong.length - 1] ^= 1;
      request(bed, client.key().processId(), Bytes.of(wrong));
      request(bed, client.key().processId() + 1, client.key().secret());
      request(bed, client.key().processId(), Bytes.of());
      request(bed, client.key().processId(), Bytes.of(new byte[256]));
      request(bed, 0, Bytes.of(new byte[4]));
      assertEquals(List.of("", "undisturbed"), Answers.rows(client.readUntil('Z')).getFirst());
    }
  }

  @Test
  void keysAreAsLongAsTheProtocolAllows() {
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 1")) {
      assertEquals(4, bed.client().key().secret().size());
      WireClient modern = bed.client(bed.login().withProtocol(Login.PROTOCOL_3_2));
      int size = modern.key().secret().size();
      assertTrue(size >= 16 && size <= 256, size + " octets");
      modern.send(FrontendMessage.query("select pg_sleep(60)"));
      bed.awaitCount(1, SLEEPS);
      modern.cancel();
      assertEquals("57014", Answers.error(modern.readUntil('Z')).sqlState());
    }
  }

  /**
   * Half of the clients are cancelled again and again while all of them work on few backends. The
   * other half must never be hit, and nobody more often than asked for.
   */
  @Test
  void storm() throws Exception {
    int clients = 12;
    int queries = 250;
    long seed = System.nanoTime();
    try (TestBed bed = TestBed.start(postgres, "cancel_it", "size = 4");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<WireClient> all = new ArrayList<>();
      List<AtomicInteger> asked = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(bed.client());
        asked.add(new AtomicInteger());
      }
      List<Future<Integer>> cancelled = new ArrayList<>();
      AtomicInteger working = new AtomicInteger(clients);
      for (int i = 0; i < clients; i++) {
        int number = i;
        cancelled.add(
            threads.submit(
                () -> {
                  try {
                    return work(all.get(number), number, queries);
                  } finally {
                    working.decrementAndGet();
                  }
                }));
      }
      Random random = new Random(seed);
      int cancels = 0;
      while (working.get() > 0) {
        int victim = random.nextInt(clients / 2);
        asked.get(victim).incrementAndGet();
        all.get(victim).cancel();
        cancels++;
      }
      int hits = 0;
      for (int i = 0; i < clients; i++) {
        int hit = cancelled.get(i).get();
        hits += hit;
        assertTrue(
            hit <= asked.get(i).get(),
            "client %d was hit %d times, asked for %d; seed %d"
                .formatted(i, hit, asked.get(i).get(), seed));
      }
      assertTrue(hits > 0, "none of " + cancels + " cancels hit; seed " + seed);
    }
  }

  /**
   * Answers how many of its queries were cancelled; all others must have given their own answer.
   */
  private static int work(WireClient client, int number, int queries) {
    int cancelled = 0;
    for (int i = 0; i < queries; i++) {
      String own = number + "/" + i;
      List<BackendMessage> answers = client.simple("select '" + own + "', pg_sleep(0.002)");
      List<ErrorResponse> errors = Answers.errors(answers);
      if (errors.isEmpty()) {
        assertEquals(List.of(own), Answers.column(answers));
      } else {
        assertEquals("57014", errors.getFirst().sqlState());
        cancelled++;
      }
    }
    return cancelled;
  }

  private static void request(TestBed bed, int processId, Bytes secret) {
    try (WireClient canceller = WireClient.open(bed.address())) {
      canceller.send(FrontendMessage.cancelRequest(processId, secret));
      assertFalse(canceller.readUntil('E').isEmpty());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
