package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a function leaves in a session that no text shows: {@code session.audit}. */
@ExtendWith(PostgresServers.Extension.class)
class AuditIT {
  private static final String FUNCTIONS =
      """
      create function leave_work_mem() returns text language plpgsql as
        'begin set work_mem = ''9MB''; return ''done''; end';
      create function leave_tenant() returns text language plpgsql as
        'begin perform set_config(''app.tenant'', ''secret'', false); return ''done''; end';
      create function leave_owner() returns text language sql
        begin atomic select set_config('App.Owner', 'secret', false); select 'done'; end;
      create function leave_listen() returns text language plpgsql as
        'begin listen news; return ''done''; end';
      create function leave_lock() returns text language sql as
        'select pg_advisory_lock(7); select ''done''';
      create function leave_table() returns text language plpgsql as
        'begin create temp table mine (a int); return ''done''; end';
      create role some_role; grant some_role to audit_it;
      create function leave_role() returns text language plpgsql as
        'begin set role some_role; return ''done''; end';
      """;

  private final PostgresServer postgres;

  AuditIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private TestBed bed(String audit) {
    TestBed bed =
        TestBed.start(
            postgres,
            "audit_it",
            SluiceConf.trusting()
                .with("pool { size = 1 }")
                .with("session { audit = " + audit + " }"));
    bed.admin().rows("drop role if exists some_role");
    bed.admin().rows(FUNCTIONS);
    return bed;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          leave_work_mem | parameter work_mem | select current_setting('work_mem') | 4MB
          leave_tenant   | parameter app.tenant | select coalesce(nullif(current_setting('app.tenant', true), ''), 'none') | none
          leave_owner    | parameter app.owner | select coalesce(nullif(current_setting('app.owner', true), ''), 'none') | none
          leave_listen   | listen | select count(*) from pg_listening_channels() | 0
          leave_lock     | advisory locks | select count(*) from pg_locks where locktype = 'advisory' | 0
          leave_table    | temporary tables | select count(*) from pg_class where relname = 'mine' | 0
          leave_role     | parameter role | select current_user | audit_it
          """)
  void withCloseNobodyElseSeesIt(String function, String said, String asks, String expected) {
    try (TestBed bed = bed("close");
        LogWatch log = LogWatch.of("dev.sluice.proxy.pool")) {
      WireClient client = bed.client();
      String before = client.value("select pg_backend_pid()");
      assertEquals("done", client.value("select " + function + "()"));
      WireClient next = bed.client();
      assertEquals(expected, next.value(asks));
      assertNotEquals(before, next.value("select pg_backend_pid()"));
      assertTrue(
          log.lines().stream()
              .anyMatch(
                  line ->
                      line.contains("pool audit_it/audit_it: audit: server process " + before)
                          && line.contains(": " + said + "; it was closed")),
          () -> log.lines().toString());
    }
  }

  /** What a client has left that vanished in the middle of something else. */
  @Test
  void withCloseNobodySeesWhatALostClientLeft() {
    try (TestBed bed = bed("close")) {
      WireClient client = bed.client();
      client.send(
          FrontendMessage.query("select leave_work_mem()"),
          FrontendMessage.query("select pg_sleep(60)"));
      bed.awaitCount(1, "wait_event = 'PgSleep'");
      client.abort();
      assertEquals("4MB", bed.client().value("show work_mem"));
    }
  }

  /** Let in while no backend was free, with its parameters as it wrote them. */
  @Test
  void parametersThatWereNotCheckedAtTheLoginAreNoLeak() {
    try (TestBed bed = bed("close");
        LogWatch log = LogWatch.of("dev.sluice.proxy.pool")) {
      WireClient holder = bed.client();
      String before = holder.value("select pg_backend_pid()");
      holder.rows("begin");
      WireClient client = bed.client(bed.login().with("work_mem", "8192"));
      holder.rows("commit");
      assertEquals("8MB", client.value("show work_mem"));
      assertEquals(before, holder.value("select pg_backend_pid()"), () -> log.lines().toString());
      assertEquals("8MB", client.value("show work_mem"));
      assertEquals(before, client.value("select pg_backend_pid()"), () -> log.lines().toString());
    }
  }

  /** An idle backend is looked at ten seconds after it was last, and is reset. */
  @Test
  void withLogItIsFoundSaidAndReset() {
    try (TestBed bed = bed("log");
        LogWatch log = LogWatch.of("dev.sluice.proxy.pool")) {
      WireClient client = bed.client();
      client.value("select leave_work_mem()");
      client.value("select leave_tenant()");
      Await.until(
          () ->
              log.lines().stream()
                  .anyMatch(
                      line ->
                          line.contains("parameter app.tenant, parameter work_mem; it was reset")),
          () -> log.lines().toString());
      assertEquals("4MB", client.value("show work_mem"));
      assertEquals(1, bed.backends().size());
    }
  }

  /** What clients do in sight, and what the database itself gives, is no leak. */
  @Test
  void whatIsBelievedIsFound() {
    try (TestBed bed = bed("close");
        LogWatch log = LogWatch.of("dev.sluice.proxy.pool")) {
      bed.admin().rows("alter database audit_it set app.tenant = 'of the database'");
      WireClient client =
          bed.client(
              bed.login()
                  .with("work_mem", "8192")
                  .with("TimeZone", "asia/tokyo")
                  .with("options", "-c enable_seqscan=false -c app.who=somebody"));
      String before = client.value("select pg_backend_pid()");
      WireClient other = bed.client();
      for (String statement :
          new String[] {
            "select 1",
            "show work_mem",
            "set statement_timeout = 100000",
            "set statement_timeout to default",
            "set app.who = 'else'",
            "reset all",
            "begin isolation level serializable; set local work_mem = '5MB'; select 1; commit",
            "prepare p as select 1; deallocate p",
            "do $$ begin perform set_config('work_mem', '7MB', false); end $$",
            "select leave_tenant(), 1 from pg_class where false"
          }) {
        Answers.good(client.simple(statement));
        Answers.good(other.simple("select 1"));
        client.send(
            FrontendMessage.parse("", statement.startsWith("begin") ? "select 2" : statement),
            FrontendMessage.bind("", ""),
            FrontendMessage.execute("", 0),
            FrontendMessage.sync());
        client.readUntil('Z');
        other.send(FrontendMessage.parse("mine", "select 1"), FrontendMessage.sync());
        other.readUntil('Z');
        other.simple("deallocate all");
      }
      assertEquals(before, other.value("select pg_backend_pid()"), () -> log.lines().toString());
      assertEquals(java.util.List.of(), log.lines());
    }
  }
}
