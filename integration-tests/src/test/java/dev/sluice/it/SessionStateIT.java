package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sets stays its own, on whichever backend its next transaction runs. */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionStateIT {
  /** One backend: what another client does in between happens on the very same. */
  private final TestBed bed;

  SessionStateIT(PostgresServers servers) {
    bed = TestBed.start(servers.newest(), "session_state_it", "size = 1");
    bed.admin()
        .rows(
            "create role session_role; grant session_role to session_state_it;create schema other;"
                + " create table other.item (id int);grant select on other.item to"
                + " session_state_it; grant usage on schema other to session_state_it");
  }

  @AfterAll
  void close() {
    try (TestBed closing = bed) {
      closing.admin().rows("drop owned by session_role; drop role session_role");
    }
  }

  /** What a client does, what it then asks, and what PostgreSQL alone would say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          set work_mem = '9MB'                                          | show work_mem | 9MB
          select set_config('work_mem', '9MB', false)                   | show work_mem | 9MB
          select set_config(concat('work_', 'mem'), '9MB', false)       | show work_mem | 9MB
          begin; set work_mem = '9MB'; commit                           | show work_mem | 9MB
          begin; set work_mem = '9MB'; rollback                         | show work_mem | 4MB
          begin; set work_mem = '9MB'; savepoint a; set work_mem = '8MB'; rollback to a; commit | show work_mem | 9MB
          begin; savepoint a; set work_mem = '8MB'; release a; set local work_mem = '7MB'; commit | show work_mem | 8MB
          begin; set local work_mem = '7MB'; commit                     | show work_mem | 4MB
          set work_mem = '9MB'; set work_mem to default                 | show work_mem | 4MB
          set work_mem = '9MB'; reset work_mem                          | show work_mem | 4MB
          set work_mem = '9MB'; reset all                               | show work_mem | 4MB
          set app.tenant = 'Größe "7"'                                  | show app.tenant | Größe "7"
          set app.tenant = ''                                           | show app.tenant | ``
          set search_path = "Odd one", other, '$user'                   | show search_path | "Odd one", other, "$user"
          set search_path = other                                       | select count(*) from item | 0
          set statement_timeout = '90s'                                 | show statement_timeout | 90s
          set session characteristics as transaction isolation level serializable | show transaction_isolation | serializable
          set timezone = 'Asia/Tokyo'                                   | show timezone | Asia/Tokyo
          set role session_role                                         | select current_user | session_role
          set role session_role; reset role                             | select current_user | session_state_it
          set role session_role; set work_mem = '9MB'; set role none    | select concat(current_user, current_setting('work_mem')) | session_state_it9MB
          do $$ begin set work_mem = '9MB'; end $$                      | show work_mem | 9MB
          set bytea_output = 'escape'; discard all                      | show bytea_output | hex
          update pg_settings set setting = '9MB' where name = 'work_mem' | show work_mem | 9MB
          """)
  void settingsFollow(String does, String asks, String expected) {
    try (WireClient other = WireClient.login(bed.address(), bed.login())) {
      String untouched = other.value(asks.startsWith("show app") ? "select 1" : safe(asks));
      try (WireClient client = WireClient.login(bed.address(), bed.login())) {
        client.simple("do $$ begin null; end $$");
        for (String statement : statements(does)) {
          Answers.good(client.simple(statement));
        }
        String seen = other.value(asks.startsWith("show app") ? "select 1" : safe(asks));
        assertEquals(untouched, seen, "what another client sees");
        assertEquals(expected, client.value(asks), "by simple queries");
      }
      try (WireClient client = WireClient.login(bed.address(), bed.login())) {
        for (String statement : statements(does)) {
          client.send(
              FrontendMessage.parse("", statement),
              FrontendMessage.bind("", ""),
              FrontendMessage.execute("", 0),
              FrontendMessage.sync());
          Answers.good(client.readUntil('Z'));
        }
        other.value("select 1");
        assertEquals(expected, client.value(asks), "by the extended protocol");
      }
    }
  }

  /** A table that only the client's search_path finds must not be asked for by the other. */
  private static String safe(String asks) {
    return asks.contains("item") ? "show search_path" : asks;
  }

  private static String[] statements(String does) {
    return does.contains("$$") ? new String[] {does} : does.split(";", -1);
  }

  @Test
  void anInvalidValueFailsAtTheSetItself() {
    WireClient client = bed.client();
    assertEquals("22023", Answers.error(client.simple("set work_mem = 'much'")).sqlState());
    assertEquals("42704", Answers.error(client.simple("set no_such_thing = 1")).sqlState());
    assertEquals("4MB", client.value("show work_mem"));
  }

  /** Nobody can set it, so nobody can be given its value, or have it taken back. */
  @Test
  void whatWasNeverCarriedOutSetsNothing() {
    WireClient client = bed.client();
    client.send(
        FrontendMessage.parse("", "set max_connections = 7"),
        FrontendMessage.bind("", ""),
        FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
    assertEquals("1", bed.client().value("select 1"));
    client.rows("select case when false then set_config('max_connections', '7', false) end");
    assertEquals("1", bed.client().value("select 1"));
    assertEquals("1", client.value("select 1"));
  }

  @Test
  void nothingRunsUnderARoleThatIsGone() {
    bed.admin()
        .rows(
            "create role passing; grant passing to session_state_it;"
                + "create table secret (owner name, what text);"
                + "insert into secret values ('passing', 'mine'), ('session_state_it', 'theirs');"
                + "alter table secret enable row level security;"
                + "create policy own on secret using (owner = current_user);"
                + "grant select on secret to public");
    WireClient client = bed.client();
    client.simple("set role passing");
    assertEquals("mine", client.value("select what from secret"));
    bed.client().value("select 1");
    bed.admin().rows("drop owned by passing; drop role passing");
    for (int i = 0; i < 3; i++) {
      assertEquals("22023", Answers.error(client.simple("select what from secret")).sqlState());
    }
    client.send(
        FrontendMessage.parse("", "select what from secret"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    assertEquals("22023", Answers.error(client.readUntil('Z')).sqlState());
    bed.admin().rows("drop table secret");
  }

  @Test
  void resetGoesBackToWhatTheLoginGave() {
    WireClient client =
        bed.client(bed.login().with("TimeZone", "Asia/Tokyo").with("work_mem", "9MB"));
    WireClient other = bed.client();
    client.simple("set timezone = 'UTC'");
    client.simple("set work_mem = '5MB'");
    client.simple("reset timezone");
    client.simple("reset work_mem");
    other.value("select 1");
    assertEquals("Asia/Tokyo", client.value("show timezone"));
    assertEquals("9MB", client.value("show work_mem"));
    client.simple("set work_mem = '5MB'");
    client.simple("discard all");
    assertEquals("9MB", client.value("show work_mem"));
    assertEquals("Asia/Tokyo", client.value("show timezone"));
    client.simple("set timezone = 'UTC'");
    client.simple("reset all");
    assertEquals("Asia/Tokyo", client.value("show timezone"));
    client.simple("set timezone = '" + other.value("show timezone") + "'");
    client.simple("do $$ begin null; end $$");
    assertEquals(other.value("show timezone"), client.value("show timezone"));
  }

  @Test
  void valuesAreComparedExactlyAndHaveNoLimit() {
    WireClient upper = bed.client();
    WireClient lower = bed.client();
    upper.simple("set app.tenant = 'Tenant'");
    lower.simple("set app.tenant = 'tenant'");
    assertEquals("Tenant", upper.value("show app.tenant"));
    assertEquals("tenant", lower.value("show app.tenant"));
    String large = "x".repeat(1_000_000);
    upper.send(
        FrontendMessage.parse("", "select set_config('app.tenant', $1, false)"),
        FrontendMessage.bind("", "", large),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    Answers.good(upper.readUntil('Z'));
    assertEquals("tenant", lower.value("show app.tenant"));
    assertEquals(large, upper.value("show app.tenant"));
  }

  /** PostgreSQL would not report a parameter that goes back to what it was all along. */
  @Test
  void aResetThatChangesNothingForTheClientReportsNothing() {
    WireClient client = bed.client(bed.login().with("TimeZone", "Asia/Tokyo"));
    for (String reset : new String[] {"reset timezone", "reset all", "discard all"}) {
      assertEquals(
          "CZ",
          client.simple(reset).stream()
              .map(message -> String.valueOf(message.tag()))
              .collect(java.util.stream.Collectors.joining()));
      assertEquals("Asia/Tokyo", client.value("show timezone"));
    }
    client.simple("set timezone = 'UTC'");
    client.simple("reset timezone");
    client.value("select 1");
    assertEquals("Asia/Tokyo", client.value("show timezone"));
  }

  @Test
  void whatIsRefusedFailsAsInPostgresqlAndSaysWhere() {
    WireClient client = bed.client();
    var refused = Answers.error(client.simple("load 'auto_explain'"));
    assertEquals("0A000", refused.sqlState());
    assertTrue(refused.fields().getOrDefault('H', "").contains("session.load"));
    assertEquals("1", client.value("select 1"));
    client.simple("begin");
    client.send(
        FrontendMessage.parse("", "load 'auto_explain'"),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    assertEquals("0A000", Answers.error(client.readUntil('Z')).sqlState());
    assertEquals("25P02", Answers.error(client.simple("select 1")).sqlState());
    client.simple("rollback");
    assertEquals("1", client.value("select 1"));
  }
}
