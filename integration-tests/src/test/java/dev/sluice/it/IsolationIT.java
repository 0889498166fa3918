package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing that one client did is seen by the next on the same backend. */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationIT {
  private final TestBed bed;

  /** With room for a client that keeps its backend. */
  private final TestBed wide;

  IsolationIT(PostgresServers servers) {
    bed = TestBed.start(servers.newest(), "isolation_it", "size = 1");
    wide = TestBed.start(servers.newest(), "isolation_wide", "size = 2");
    bed.admin()
        .rows(
            "create table item (id int); create schema other; create table other.item (id int);"
                + "grant all on item, other.item to isolation_it;"
                + "grant all on schema other, public to isolation_it;"
                + "create role isolation_role; grant isolation_role to isolation_it;"
                + "create sequence ticket; grant all on sequence ticket to isolation_it");
  }

  @BeforeEach
  void startWithANewBackend() {
    bed.replaceBackends();
  }

  @AfterAll
  void close() {
    try (TestBed closing = bed;
        TestBed _ = wide) {
      closing.admin().rows("revoke isolation_role from isolation_it; drop role isolation_role");
    }
  }

  /**
   * What one client does by each protocol, what another then asks, and what it must hear: what a
   * client of a new backend hears.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          set work_mem = '9MB'                            | show work_mem
          SET SESSION work_mem TO '9MB'                   | show work_mem
          /* x */ set /* y */ work_mem = '9MB'            | show work_mem
          select set_config('work_mem', '9MB', false)     | show work_mem
          do $$ begin perform set_config('work_mem', '9MB', false); end $$ | show work_mem
          select 1; set work_mem = '9MB'                  | show work_mem
          begin; set work_mem = '9MB'; commit             | show work_mem
          begin; select set_config('work_mem', '9MB', false); commit | show work_mem
          set statement_timeout = '9s'                    | show statement_timeout
          set my.secret = 'x'                             | select coalesce(nullif(current_setting('my.secret', true), ''), 'none')
          set timezone = 'Asia/Tokyo'                     | show timezone
          set time zone 'Asia/Tokyo'                      | show timezone
          set datestyle = 'German'                        | show datestyle
          set client_encoding = 'LATIN1'                  | show client_encoding
          set names 'LATIN1'                              | show client_encoding
          set application_name = 'somebody'               | show application_name
          set intervalstyle = 'iso_8601'                  | show intervalstyle
          set search_path = other                         | select 'item'::regclass::oid = 'public.item'::regclass::oid
          set standard_conforming_strings = off           | show standard_conforming_strings
          set role isolation_role                         | select current_user
          set session authorization isolation_it          | select session_user
          set session characteristics as transaction read only | show default_transaction_read_only
          set default_transaction_isolation = 'serializable' | show transaction_isolation
          """)
  void nothingLeaks(String does, String asks) {
    String expected = fresh(asks);
    byBothProtocols(does, asks, expected);
    byClientThatStays(bed, does, asks, expected);
  }

  /** The same for state that keeps the backend with the client while it is there. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          prepare p as select 1                           | select count(*) from pg_prepared_statements where from_sql
          begin; prepare p as select 1; commit            | select count(*) from pg_prepared_statements where from_sql
          listen somewhere                                | select count(*) from pg_listening_channels()
          begin; listen somewhere; commit                 | select count(*) from pg_listening_channels()
          create temp table mine (a int)                  | select count(*) from pg_class where relnamespace = pg_my_temp_schema()
          create temporary table mine as select 1         | select count(*) from pg_class where relnamespace = pg_my_temp_schema()
          select 1 as a into temp mine                    | select count(*) from pg_class where relnamespace = pg_my_temp_schema()
          create table pg_temp.mine (a int)               | select count(*) from pg_class where relnamespace = pg_my_temp_schema()
          create temp view mine as select 1               | select count(*) from pg_class where relnamespace = pg_my_temp_schema()
          create temp sequence mine                       | select count(*) from pg_class where relnamespace = pg_my_temp_schema()
          begin; declare c cursor with hold for select 1; commit | select count(*) from pg_cursors where name = 'c'
          select pg_advisory_lock(7)                      | select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          select pg_try_advisory_lock(7)                  | select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          select pg_advisory_lock_shared(7, 8)            | select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          begin; select pg_advisory_lock(7); rollback     | select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          select pg_catalog.pg_advisory_lock(7)           | select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          """)
  void nothingLeaksOfWhatPins(String does, String asks) {
    String expected = fresh(asks);
    byBothProtocols(does, asks, expected);
    byClientThatStays(wide, does, asks, expected);
  }

  private void byBothProtocols(String does, String asks, String expected) {
    byQuery(does);
    assertEquals(expected, seenByAnother(asks), "after a simple query");
    if (!does.contains(";")) {
      byExtendedProtocol(does);
      assertEquals(expected, seenByAnother(asks), "after the extended protocol");
    }
  }

  private String fresh(String asks) {
    String expected = seenByAnother(asks);
    bed.replaceBackends();
    return expected;
  }

  private String seenByAnother(String asks) {
    try (WireClient other = WireClient.login(bed.address(), bed.login())) {
      return other.value(asks);
    }
  }

  private void byQuery(String does) {
    try (WireClient client = WireClient.login(bed.address(), bed.login())) {
      client.rows(does);
    }
  }

  private void byExtendedProtocol(String does) {
    try (WireClient client = WireClient.login(bed.address(), bed.login())) {
      client.send(
          FrontendMessage.parse("", does),
          FrontendMessage.bind("", ""),
          FrontendMessage.execute("", 0),
          FrontendMessage.sync());
      Answers.good(client.readUntil('Z'));
    }
  }

  /** The client does not leave: the other one is served beside it. */
  private static void byClientThatStays(TestBed with, String does, String asks, String expected) {
    try (WireClient client = WireClient.login(with.address(), with.login());
        WireClient other = WireClient.login(with.address(), with.login())) {
      client.rows(does);
      assertEquals(expected, other.value(asks), "while the first client is still there");
    }
  }

  @Test
  void aParameterWhoseNameIsBoundIsNotThereForTheNext() {
    WireClient first = bed.client();
    first.send(
        FrontendMessage.parse("", "select set_config($1, $2, false)"),
        FrontendMessage.bind("", "", "my.secret", "x"),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    Answers.good(first.readUntil('Z'));
    assertEquals(
        "none",
        seenByAnother("select coalesce(nullif(current_setting('my.secret', true), ''), 'none')"));
  }

  @Test
  void aParameterWhoseNameIsComputedBesideAResetIsNotThereForTheNext() {
    WireClient first = bed.client(bed.login().with("work_mem", "9MB"));
    first.rows("begin; reset work_mem; select set_config('my.' || 'other', 'x', false); commit");
    assertEquals(
        "none",
        seenByAnother("select coalesce(nullif(current_setting('my.other', true), ''), 'none')"));
    assertEquals("9MB", first.value("show work_mem"));
  }

  @Test
  void theUnnamedStatementIsNotThereForTheNext() {
    WireClient first = bed.client();
    first.send(FrontendMessage.parse("", "select 'of the first'"), FrontendMessage.sync());
    Answers.good(first.readUntil('Z'));
    WireClient second = bed.client();
    second.send(
        FrontendMessage.bind("", ""), FrontendMessage.execute("", 0), FrontendMessage.sync());
    assertEquals("26000", Answers.error(second.readUntil('Z')).sqlState());
    second.send(FrontendMessage.describeStatement(""), FrontendMessage.sync());
    assertEquals("26000", Answers.error(second.readUntil('Z')).sqlState());
    first.send(
        FrontendMessage.bind("", ""), FrontendMessage.execute("", 0), FrontendMessage.sync());
    assertEquals(List.of("of the first"), Answers.column(first.readUntil('Z')));
  }

  @Test
  void namedStatementsAreNotThereForTheNext() {
    WireClient first = bed.client();
    first.send(FrontendMessage.parse("mine", "select 'of the first'"), FrontendMessage.sync());
    Answers.good(first.readUntil('Z'));
    WireClient second = bed.client();
    second.send(
        FrontendMessage.bind("", "mine"), FrontendMessage.execute("", 0), FrontendMessage.sync());
    assertEquals("26000", Answers.error(second.readUntil('Z')).sqlState());
  }

  @Test
  void portalsAreNotThereForTheNext() {
    WireClient first = bed.client();
    first.send(
        FrontendMessage.parse("", "select generate_series(1, 5)"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 2),
        FrontendMessage.sync());
    Answers.good(first.readUntil('Z'));
    WireClient second = bed.client();
    second.send(FrontendMessage.execute("", 2), FrontendMessage.sync());
    assertEquals("34000", Answers.error(second.readUntil('Z')).sqlState());
  }

  @Test
  void notificationsGoToNobodyElse() {
    WireClient first = wide.client();
    first.simple("listen somewhere");
    wide.admin().rows("notify somewhere, 'secret'");
    WireClient second = wide.client();
    assertEquals(
        List.of(),
        second.simple("select 1").stream().filter(message -> message.tag() == 'A').toList());
  }

  /** What another client left by no name, while messages about the own are skipped. */
  @Test
  void theUnnamedStatementOfAnotherIsNotFoundBehindAnError() {
    FrontendMessage error = FrontendMessage.bind("", "no such statement");
    List<List<FrontendMessage>> batches =
        List.of(
            List.of(FrontendMessage.describeStatement(""), FrontendMessage.sync()),
            List.of(FrontendMessage.parse("", "select 'mine'"), FrontendMessage.sync()),
            List.of(FrontendMessage.query("select 1"), FrontendMessage.sync()));
    for (boolean heard : new boolean[] {true, false}) {
      for (List<FrontendMessage> batch : batches) {
        try (WireClient other = WireClient.login(bed.address(), bed.login());
            WireClient client = WireClient.login(bed.address(), bed.login())) {
          other.send(
              FrontendMessage.parse("", "select 'theirs'"),
              FrontendMessage.bind("", ""),
              FrontendMessage.execute("", 0),
              FrontendMessage.sync());
          Answers.good(other.readUntil('Z'));
          if (heard) {
            client.send(error, FrontendMessage.flush());
            client.readUntil('E');
            client.send(batch);
          } else {
            client.send(Stream.concat(Stream.of(error), batch.stream()).toList());
          }
          client.send(
              FrontendMessage.bind("", ""), FrontendMessage.execute("", 0), FrontendMessage.sync());
          List<String> states =
              Answers.errors(client.readReady(2)).stream().map(ErrorResponse::sqlState).toList();
          assertEquals("26000", states.getLast(), batch.toString());
        }
      }
    }
  }
}
