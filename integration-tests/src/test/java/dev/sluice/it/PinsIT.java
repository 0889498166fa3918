package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sluice.it.fault.Trap;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * State that cannot be carried over keeps the backend with the client, says why, and lets it go
 * when it is over.
 */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PinsIT {
  private final TestBed bed;
  private final WireClient console;

  PinsIT(PostgresServers servers) {
    bed =
        TestBed.start(
            servers.newest(),
            "pins_it",
            SluiceConf.trusting().with("admin { users = [sre] }").with("pool { size = 2 }"));
    bed.admin().rows("create table item (id int); grant all on item to pins_it");
    console = WireClient.login(bed.address(), bed.login().withUser("sre").withDatabase("sluice"));
  }

  @AfterAll
  void close() {
    try (TestBed _ = bed) {
      console.close();
    }
  }

  /** What pins, for which reason, what still works afterwards, and what ends it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          prepare p as select 7                                  | prepare          | execute p | 7 | deallocate p
          prepare p as select 7                                  | prepare          | execute p | 7 | deallocate all
          prepare p as select 7                                  | prepare          | execute p | 7 | discard all
          listen news                                            | listen           | select pg_listening_channels() | news | unlisten news
          listen news                                            | listen           | select pg_listening_channels() | news | unlisten *
          create temp table mine as select 7 as a                | temporary tables | select a from mine | 7 | drop table mine
          create temp table mine as select 7 as a                | temporary tables | select a from mine | 7 | discard temp
          select 7 as a into temporary mine                      | temporary tables | select a from mine | 7 | discard all
          begin; declare c cursor with hold for select 7; commit | held cursors     | fetch c   | 7 | close c
          begin; declare c cursor with hold for select 7; commit | held cursors     | fetch c   | 7 | close all
          select pg_advisory_lock(41)                            | advisory locks   | select count(*) from pg_locks where locktype = 'advisory' | 1 | select pg_advisory_unlock(41)
          select pg_try_advisory_lock(hashtext('x'), 40 + 1)     | advisory locks   | select count(*) from pg_locks where locktype = 'advisory' | 1 | select pg_advisory_unlock_all()
          do 'begin perform pg_advisory_lock(43); end'           | advisory locks   | select count(*) from pg_locks where locktype = 'advisory' | 1 | discard all
          """)
  void pinsUntilItIsOver(String does, String reason, String asks, String expected, String ends) {
    try (WireClient client = WireClient.login(bed.address(), bed.login());
        WireClient other = WireClient.login(bed.address(), bed.login())) {
      String before = client.value("select pg_backend_pid()");
      for (String statement : does.split(";(?! end)", -1)) {
        Answers.good(client.simple(statement));
      }
      String pinned = client.value("select pg_backend_pid()");
      assertEquals(List.of(reason), reasons(client));
      assertNotEquals(pinned, other.value("select pg_backend_pid()"));
      assertEquals(expected, client.value(asks));
      Answers.good(client.simple(ends));
      Answers.good(client.simple("select '" + before + "'"));
      awaitNoPins(client);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          begin; listen news; rollback
          begin; create temp table mine (a int) on commit drop; commit
          begin; select pg_advisory_xact_lock(41); commit
          begin; declare c cursor with hold for select 7; rollback
          begin; declare c cursor for select 7; fetch c; commit
          select pg_advisory_lock(41), pg_advisory_unlock(41)
          listen news; unlisten news
          """)
  void doesNotPinWhatLeavesNothing(String does) {
    try (WireClient client = WireClient.login(bed.address(), bed.login())) {
      for (String statement : does.split(";", -1)) {
        Answers.good(client.simple(statement));
      }
      client.value("select 1");
      awaitNoPins(client);
    }
  }

  @Test
  void aLockTakenTwiceIsHeldUntilItIsReleasedTwice() {
    WireClient client = bed.client();
    client.value("select pg_advisory_lock(42)");
    client.value("select pg_advisory_lock(42)");
    client.value("select pg_advisory_unlock(42)");
    client.value("select 1");
    assertEquals(List.of("advisory locks"), reasons(client));
    client.value("select pg_advisory_unlock(42)");
    client.value("select 1");
    awaitNoPins(client);
    assertEquals("t", bed.admin().value("select pg_try_advisory_lock(42)"));
    bed.admin().value("select pg_advisory_unlock(42)");
  }

  @Test
  void whatAnExecuteRanPins() {
    WireClient client = bed.client();
    client.send(FrontendMessage.parse("news", "listen news"), FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
    Answers.good(client.simple("execute news"));
    client.value("select 1");
    assertEquals(List.of("listen"), reasons(client));
    client.simple("unlisten *");
    awaitNoPins(client);
    client.send(
        FrontendMessage.parse("", "execute news"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
    client.value("select 1");
    assertEquals(List.of("listen"), reasons(client));
    client.simple("unlisten *");
    awaitNoPins(client);
  }

  @Test
  void whatAPreparedStatementHasLockedStaysWhenItIsGone() {
    WireClient client = bed.client();
    client.simple("prepare p as select pg_advisory_lock(46)");
    Answers.good(client.simple("execute p"));
    Answers.good(client.simple("deallocate p"));
    // It is asked for a second time, when the statement is found to be gone.
    Await.until(
        () -> reasons(client).equals(List.of("advisory locks")), () -> "pinned: " + pins(client));
    assertEquals("t", client.value("select pg_advisory_unlock(46)"));
    awaitNoPins(client);
  }

  @Test
  void aTryThatFailsDoesNotPin() {
    bed.admin().value("select pg_advisory_lock(44)");
    WireClient client = bed.client();
    assertEquals("f", client.value("select pg_try_advisory_lock(44)"));
    client.value("select 1");
    awaitNoPins(client);
    bed.admin().value("select pg_advisory_unlock(44)");
  }

  /** What it has set can not be told any more: it must not go on as if it had not. */
  @Test
  void aBackendThatDiesWhileItIsAskedEndsTheClient() {
    WireClient client = bed.client();
    client.value("select 1");
    Trap trap = bed.faults().onClient("sluice ask").cutBefore();
    Answers.good(client.simple("set work_mem = '9MB'"));
    trap.awaitSprung();
    List<BackendMessage> last = client.readUntil(BackendMessage.Closed.class::isInstance);
    assertEquals("57P01", Answers.error(last).sqlState());
    assertEquals("4MB", bed.client().value("show work_mem"));
  }

  @Test
  void aClientThatVanishesWhileItsBackendIsAskedLeavesNothing() {
    WireClient client = bed.client();
    Trap trap = bed.faults().onClient("sluice ask").hold();
    Answers.good(client.simple("set work_mem = '9MB'"));
    trap.awaitSprung();
    client.abort();
    trap.open();
    for (int i = 0; i < 4; i++) {
      assertEquals("4MB", bed.client().value("show work_mem"));
    }
  }

  /** Whatever it is that PostgreSQL will not tell: the client keeps its backend until it does. */
  @Test
  void whatCannotBeAskedPinsUntilItCan() {
    bed.admin().rows("revoke execute on function pg_listening_channels() from public");
    try (WireClient client = WireClient.login(bed.address(), bed.login())) {
      Answers.good(client.simple("listen news"));
      client.value("select 1");
      assertEquals(List.of("unknown state"), reasons(client));
      bed.admin().rows("grant execute on function pg_listening_channels() to public");
      client.value("select 1");
      Await.until(() -> reasons(client).equals(List.of("listen")), () -> "pinned: " + pins(client));
      client.simple("unlisten *");
      awaitNoPins(client);
    } finally {
      bed.admin().rows("grant execute on function pg_listening_channels() to public");
    }
  }

  @Test
  void notificationsReachWhoListensWhileIdle() {
    WireClient client = bed.client();
    client.simple("listen news");
    client.value("select 1");
    bed.admin().rows("notify news, 'hello'");
    BackendMessage notification = client.read();
    assertEquals('A', notification.tag());
    client.simple("unlisten *");
  }

  @Test
  void whatAPinnedClientLeavesIsGone() {
    try (WireClient client = WireClient.login(bed.address(), bed.login())) {
      client.simple("select pg_advisory_lock(45)");
      client.simple("create temp table mine (a int)");
      client.simple("listen news");
    }
    Await.until(
        () ->
            bed.admin()
                .value("select count(*) from pg_locks where locktype = 'advisory'")
                .equals("0"),
        () -> "a lock is left");
    try (WireClient first = WireClient.login(bed.address(), bed.login());
        WireClient second = WireClient.login(bed.address(), bed.login())) {
      first.simple("begin");
      for (WireClient each : List.of(first, second)) {
        assertEquals("0", each.value("select count(*) from pg_listening_channels()"));
        assertEquals(
            "0",
            each.value("select count(*) from pg_class where relnamespace = pg_my_temp_schema()"));
      }
    }
  }

  @Test
  void aPipelineOfStatementsThatLeaveStatePins() {
    WireClient client = bed.client();
    client.send(
        FrontendMessage.parse("", "listen news"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.parse("", "set work_mem = '9MB'"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync(),
        FrontendMessage.query("unlisten *"),
        FrontendMessage.query("show work_mem"));
    Answers.good(client.readReady(3));
    assertEquals("9MB", client.value("show work_mem"));
    awaitNoPins(client);
  }

  @Test
  void aBatchWithoutItsExecuteDoesNotHoldBackALaterCopy() {
    WireClient client = bed.client();
    client.simple("listen news");
    client.send(
        FrontendMessage.parse("", "deallocate all"),
        FrontendMessage.bind("", ""),
        FrontendMessage.sync(),
        FrontendMessage.parse("", "copy item from stdin"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.copyData(Bytes.of("7\n")),
        FrontendMessage.copyDone(),
        FrontendMessage.sync());
    assertEquals(List.of("COPY 1"), Answers.commands(client.readReady(2)));
    client.simple("unlisten *");
    awaitNoPins(client);
  }

  @Test
  void theConsoleSaysWhoIsPinnedAndByWhat() {
    WireClient client = bed.client();
    client.simple("listen   news");
    client.value("select 1");
    List<String> row = pins(client).getFirst();
    assertEquals("pins_it", row.get(1));
    assertEquals("pins_it", row.get(2));
    assertEquals("listen", row.get(4));
    assertEquals("listen   news", row.get(6));
    client.simple("unlisten *");
    client.value("select 1");
    awaitNoPins(client);
  }

  private void awaitNoPins(WireClient client) {
    Await.until(() -> pins(client).isEmpty(), () -> "pinned: " + pins(client));
  }

  private List<String> reasons(WireClient client) {
    return pins(client).stream().map(row -> row.get(4)).toList();
  }

  private List<List<String>> pins(WireClient client) {
    String id = String.valueOf(client.key().processId());
    return console.rows("show pins").stream().filter(row -> row.getFirst().equals(id)).toList();
  }
}
