package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.fault.Trap;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many backends there are, who gets one, and when one is replaced. */
@ExtendWith(PostgresServers.Extension.class)
class PoolIT {
  private static final String NAME = "pool_it";

  private final PostgresServer postgres;

  PoolIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private TestBed bed(String pool) {
    return TestBed.start(postgres, NAME, pool);
  }

  private TestBed bed(int eventLoops, String pool) {
    return TestBed.start(
        postgres,
        NAME,
        SluiceConf.trusting().with("event-loops = " + eventLoops).with("pool { " + pool + " }"));
  }

  /** A client in a block, so that its backend is taken. */
  private static WireClient holder(TestBed bed) {
    WireClient holder = bed.client();
    holder.rows("begin");
    return holder;
  }

  private static WireClient waiter(TestBed bed, String sql) {
    WireClient waiter = bed.client();
    waiter.send(FrontendMessage.query(sql));
    return waiter;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void sizeIsExactUnderLoad(int eventLoops) throws Exception {
    try (TestBed bed = bed(eventLoops, "size = 5");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        WireClient client = bed.client();
        String own = "client " + i;
        work.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < 50; n++) {
                    assertEquals(own, client.value("select '" + own + "'"));
                    if (n % 10 == 0) {
                      client.rows("begin; select pg_sleep(0.002); commit");
                    }
                  }
                }));
      }
      int most = 0;
      while (work.stream().anyMatch(task -> !task.isDone())) {
        int now = bed.backends().size();
        most = Math.max(most, now);
        assertTrue(now <= 5, now + " backends in a pool of 5");
      }
      for (Future<?> task : work) {
        task.get();
      }
      assertEquals(5, most);
    }
  }

  @Test
  void aBackendIsNotTakenBeforeItIsNeeded() {
    try (TestBed bed = bed("size = 5")) {
      WireClient client = bed.client();
      bed.client();
      assertEquals("1", client.value("select 1"));
      assertTrue(bed.backends().size() <= 1, () -> "backends " + bed.backends());
    }
  }

  @Test
  void aClientLogsInWhileNoBackendIsFree() {
    try (TestBed bed = bed("size = 1")) {
      WireClient holder = holder(bed);
      WireClient late = bed.client();
      assertEquals('I', late.lastStatus());
      holder.rows("commit");
      assertEquals("1", late.value("select 1"));
    }
  }

  @Test
  void aBackendIsReleasedWithTheTransaction() {
    try (TestBed bed = bed("size = 1")) {
      WireClient one = bed.client();
      WireClient two = bed.client();
      String pid = one.value("select pg_backend_pid()");
      assertEquals(pid, two.value("select pg_backend_pid()"));
      one.rows("begin; select 1");
      one.rows("rollback");
      assertEquals(pid, two.value("select pg_backend_pid()"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void firstComeFirstServed(int eventLoops) {
    try (TestBed bed = bed(eventLoops, "size = 1")) {
      bed.admin().rows("create sequence turn; grant all on sequence turn to " + NAME);
      WireClient holder = holder(bed);
      List<WireClient> waiters = new ArrayList<>();
      for (int i = 1; i <= 12; i++) {
        waiters.add(waiter(bed, "select nextval('turn')"));
        bed.awaitWaiting(i);
      }
      holder.rows("commit");
      for (int i = 0; i < waiters.size(); i++) {
        assertEquals(
            List.of("" + (i + 1)),
            Answers.column(Answers.good(waiters.get(i).readUntil('Z'))),
            "waiter " + i);
      }
    }
  }

  @Test
  void waitTimeout() {
    try (TestBed bed = bed("size = 1, wait-timeout = 300ms")) {
      WireClient holder = holder(bed);
      long start = System.nanoTime();
      WireClient waiter = waiter(bed, "select 1");
      ErrorResponse error = Answers.error(waiter.readUntil('Z'));
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 290);
      assertEquals("53300", error.sqlState());
      assertEquals("ERROR", error.severity());
      assertTrue(error.fields().containsKey('H') || error.fields().containsKey('D'));
      assertEquals('I', waiter.lastStatus());
      holder.rows("commit");
      assertEquals("1", waiter.value("select 1"));
    }
  }

  @Test
  void waitTimeoutOfAPipelineAnswersEverySync() {
    try (TestBed bed = bed("size = 1, wait-timeout = 300ms")) {
      WireClient holder = holder(bed);
      WireClient waiter = bed.client();
      for (int i = 0; i < 3; i++) {
        waiter.send(
            FrontendMessage.parse("s" + i, "select " + i),
            FrontendMessage.bind("", "s" + i),
            FrontendMessage.execute("", 0),
            FrontendMessage.sync());
      }
      assertEquals("53300", Answers.error(waiter.readUntil('Z')).sqlState());
      holder.rows("commit");
      waiter.readReady(2);
      assertEquals("1", waiter.value("select 1"));
    }
  }

  @Test
  void waitTimeoutOfABeginLeavesNoHalfABlock() {
    try (TestBed bed = bed("size = 1, wait-timeout = 300ms")) {
      bed.admin().rows("create table t (a int); grant all on t to " + NAME);
      WireClient holder = holder(bed);
      WireClient waiter = bed.client();
      waiter.send(
          FrontendMessage.query("begin"),
          FrontendMessage.query("insert into t values (1)"),
          FrontendMessage.query("commit"));
      List<ErrorResponse> errors = new ArrayList<>(Answers.errors(waiter.readReady(1)));
      holder.rows("commit");
      errors.addAll(Answers.errors(waiter.readReady(2)));
      assertTrue(errors.stream().anyMatch(e -> e.sqlState().equals("53300")), errors::toString);
      assertEquals('I', waiter.lastStatus());
      assertEquals("0", bed.admin().value("select count(*) from t"));
    }
  }

  @Test
  void maxWaiting() {
    try (TestBed bed = bed("size = 1, max-waiting = 2")) {
      WireClient holder = holder(bed);
      WireClient first = waiter(bed, "select 1");
      bed.awaitWaiting(1);
      WireClient second = waiter(bed, "select 2");
      bed.awaitWaiting(2);
      WireClient third = waiter(bed, "select 3");
      ErrorResponse error = Answers.error(third.readUntil('Z'));
      assertEquals("53300", error.sqlState());
      assertEquals("ERROR", error.severity());
      holder.rows("commit");
      assertEquals(List.of("1"), Answers.column(first.readUntil('Z')));
      assertEquals(List.of("2"), Answers.column(second.readUntil('Z')));
      assertEquals("3", third.value("select 3"));
    }
  }

  @Test
  void reserve() {
    try (TestBed bed = bed("size = 1, reserve-size = 1, reserve-after = 300ms")) {
      holder(bed);
      assertEquals(1, bed.backends().size());
      long start = System.nanoTime();
      WireClient second = bed.client();
      second.rows("begin");
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 290);
      assertEquals(2, bed.backends().size());
      WireClient third = waiter(bed, "select 3");
      bed.awaitWaiting(1);
      assertEquals(2, bed.backends().size());
      second.rows("commit");
      assertEquals(List.of("3"), Answers.column(third.readUntil('Z')));
    }
  }

  @Test
  void minSizeIsKept() {
    try (TestBed bed = bed("size = 5, min-size = 3")) {
      assertEquals("1", bed.client().value("select 1"));
      bed.awaitCount(3, "true");
      bed.replaceBackendsButKeepMinimum(3);
    }
  }

  /** Each backend goes when it is old, between transactions; nobody sees it. */
  @Test
  void lifetime() {
    try (TestBed bed = bed("size = 2, lifetime = 500ms")) {
      WireClient client = bed.client();
      Set<String> seen = new HashSet<>();
      Await.until(
          () -> seen.add(client.value("select pg_backend_pid()")) && seen.size() >= 4,
          () -> "only " + seen);
    }
  }

  /** Its successor is there before anybody asks for it. */
  @Test
  void whatIsOldIsReplacedBeforeItIsMissed() {
    try (TestBed bed = bed("size = 1, lifetime = 500ms")) {
      String first = bed.client().value("select pg_backend_pid()");
      Await.until(
          () -> bed.backends().size() == 1 && !bed.backends().contains(first),
          () -> "the backends are " + bed.backends());
    }
  }

  @Test
  void lifetimeDoesNotEndATransaction() {
    try (TestBed bed = bed("size = 1, lifetime = 300ms")) {
      WireClient client = bed.client();
      String pid = client.value("select pg_backend_pid()");
      client.rows("begin");
      String inBlock = client.value("select pg_backend_pid()");
      client.rows("select pg_sleep(0.6)");
      assertEquals(inBlock, client.value("select pg_backend_pid()"));
      client.rows("commit");
      Await.until(
          () -> !client.value("select pg_backend_pid()").equals(inBlock),
          () -> inBlock + " lives for ever, before it " + pid);
    }
  }

  @Test
  void idleTimeout() {
    try (TestBed bed = bed("size = 3, idle-timeout = 300ms")) {
      WireClient client = bed.client();
      assertEquals("1", client.value("select 1"));
      bed.awaitCount(0, "true");
      assertEquals("1", client.value("select 1"));
    }
  }

  /** A connection that died without a word is found out before a client's query is put on it. */
  @Test
  void checkAfterIdle() {
    try (TestBed bed = bed("size = 2, check-after-idle = 100ms, connect-timeout = 1s")) {
      WireClient client = bed.client();
      String pid = client.value("select pg_backend_pid()");
      bed.admin().rows("select pg_sleep(0.3)");
      Trap silence = bed.faults().on(message -> true).hold();
      client.send(FrontendMessage.query("select pg_backend_pid()"));
      silence.awaitSprung();
      assertNotEquals(List.of(pid), Answers.column(Answers.good(client.readUntil('Z'))));
    }
  }

  /** The first dial never gets an answer: it is given up, and another one made. */
  @Test
  void connectTimeout() {
    try (TestBed bed = bed("size = 1, connect-timeout = 500ms")) {
      // The first login of a pool needs a backend, to know what to tell of the server.
      WireClient client = bed.client();
      bed.replaceBackends();
      Trap silence = bed.faults().on(message -> message.tag() == '\0').hold();
      client.send(FrontendMessage.query("select 'through'"));
      silence.awaitSprung();
      List<ErrorResponse> errors = new ArrayList<>();
      Await.until(
          () -> {
            var answers = client.readUntil('Z');
            errors.addAll(Answers.errors(answers));
            if (Answers.column(answers).equals(List.of("through"))) {
              return true;
            }
            client.send(FrontendMessage.query("select 'through'"));
            return false;
          },
          () -> "errors " + errors);
      errors.forEach(error -> assertEquals("08001", error.sqlState()));
    }
  }

  @Test
  void onConnect() {
    try (TestBed bed = bed("size = 2, on-connect = \"insert into connects values (1)\"")) {
      bed.admin().rows("create table connects (a int); grant all on connects to " + NAME);
      WireClient one = holder(bed);
      WireClient two = holder(bed);
      one.rows("commit");
      two.rows("commit");
      for (int i = 0; i < 5; i++) {
        one.rows("select 1");
      }
      assertEquals("2", bed.admin().value("select count(*) from connects"));
    }
  }

  @Test
  void sessionModeKeepsTheBackendUntilTheClientLeaves() {
    try (TestBed bed = bed("size = 1, mode = session")) {
      WireClient first = WireClient.login(bed.address(), bed.login());
      String pid = first.value("select pg_backend_pid()");
      first.rows("set work_mem = '9MB'; create temp table mine (a int); prepare p as select 1");
      assertEquals("9MB", first.value("show work_mem"));
      WireClient second = waiter(bed, "show work_mem");
      bed.awaitWaiting(1);
      first.close();
      List<String> seen = Answers.column(Answers.good(second.readUntil('Z')));
      assertNotEquals(List.of("9MB"), seen);
      assertEquals(pid, second.value("select pg_backend_pid()"));
      assertEquals("0", second.value("select count(*) from pg_prepared_statements"));
      assertEquals("42P01", second.error("select * from mine").sqlState());
    }
  }

  @Test
  void resetQueryIsWhatTheOperatorSays() {
    try (TestBed bed = bed("size = 1, mode = session, reset-query = \"set work_mem = '5MB'\"")) {
      WireClient first = WireClient.login(bed.address(), bed.login());
      first.rows("set work_mem = '9MB'; set my.own = 'kept'");
      first.close();
      WireClient second = bed.client();
      assertEquals("5MB", second.value("show work_mem"));
      assertEquals("kept", second.value("show my.own"));
    }
  }

  @Test
  void statementModeRefusesBlocks() {
    try (TestBed bed = bed("size = 1, mode = statement")) {
      WireClient client = bed.client();
      assertEquals("1", client.value("select 1"));
      assertEquals("ERROR", client.error("begin").severity());
      assertEquals('I', client.lastStatus());
      assertEquals("1", client.value("select 1"));
      assertEquals(0, bed.count("state <> 'idle'"));
    }
  }

  @Test
  void maxDatabaseConnections() {
    try (TestBed bed = bed("size = 3, max-database-connections = 4")) {
      bed.admin().rows("drop role if exists pool_it_two; create role pool_it_two login");
      Login two = bed.login().withUser("pool_it_two");
      List<WireClient> holders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        holders.add(holder(bed));
      }
      WireClient other = bed.client(two);
      other.rows("begin");
      WireClient waiter = bed.client(two);
      waiter.send(FrontendMessage.query("select 'through'"));
      bed.awaitWaiting(1);
      assertEquals(4, bed.backends().size());
      other.rows("commit");
      assertEquals(List.of("through"), Answers.column(Answers.good(waiter.readUntil('Z'))));
      holders.forEach(holder -> holder.rows("commit"));
    }
  }

  /**
   * A pool whose backends are idle must give one up when another pool of the database is starved by
   * the limit.
   */
  @Test
  void maxDatabaseConnectionsAreNotKeptIdle() {
    try (TestBed bed = bed("size = 3, max-database-connections = 2")) {
      bed.admin().rows("drop role if exists pool_it_two; create role pool_it_two login");
      WireClient one = holder(bed);
      WireClient two = holder(bed);
      one.rows("commit");
      two.rows("commit");
      assertEquals(2, bed.backends().size());
      assertEquals("1", bed.client(bed.login().withUser("pool_it_two")).value("select 1"));
      assertTrue(bed.backends().size() <= 2);
    }
  }

  @Test
  void maxUserConnections() {
    Login second = postgres.newDatabase("pool_two_it");
    try (TestBed bed =
        TestBed.start(
            postgres,
            NAME,
            SluiceConf.trusting()
                .with("pool { size = 2, max-user-connections = 3 }")
                .database("pool_two_it", postgres.node(), ""))) {
      Login there = bed.login().withDatabase(second.database().orElseThrow());
      List<WireClient> holders = new ArrayList<>(List.of(holder(bed), holder(bed)));
      WireClient third = bed.client(there);
      third.rows("begin");
      WireClient waiter = bed.client(there);
      waiter.send(FrontendMessage.query("select 'through'"));
      bed.awaitWaiting(1);
      third.rows("commit");
      assertEquals(List.of("through"), Answers.column(Answers.good(waiter.readUntil('Z'))));
      holders.forEach(holder -> holder.rows("commit"));
    }
  }

  /** Several backends are dialled at once: a cold pool is not filled one after the other. */
  @Test
  void aColdPoolDialsSeveralAtOnce() {
    try (TestBed bed = bed("size = 8")) {
      assertEquals("1", bed.client().value("select 1"));
      Trap first = bed.faults().on(message -> message.tag() == '\0').hold();
      Trap second = bed.faults().on(message -> message.tag() == '\0').hold();
      List<WireClient> waiters = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        waiters.add(waiter(bed, "begin"));
      }
      first.awaitSprung();
      second.awaitSprung();
      first.open();
      second.open();
      waiters.forEach(waiter -> Answers.good(waiter.readUntil('Z')));
      assertEquals(8, bed.backends().size());
    }
  }
}
