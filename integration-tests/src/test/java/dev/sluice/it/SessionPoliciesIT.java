package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator chose for each kind of session state: {@code session { }}. */
@ExtendWith(PostgresServers.Extension.class)
class SessionPoliciesIT {
  private final PostgresServer postgres;

  SessionPoliciesIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private TestBed bed(String session) {
    return TestBed.start(
        postgres,
        "policies_it",
        SluiceConf.trusting().with("pool { size = 1 }").with("session { " + session + " }"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          set              | set work_mem = '9MB'
          set              | set timezone = 'Asia/Tokyo'
          set              | select set_config('work_mem', '9MB', false)
          prepare          | prepare p as select 1
          listen           | listen news
          temporary-tables | create temp table mine (a int)
          held-cursors     | declare c cursor with hold for select 1
          advisory-locks   | select pg_advisory_lock(1)
          load             | load 'auto_explain'
          sequences        | select lastval()
          """)
  void rejectFailsAsPostgresqlWouldAndNamesTheKey(String key, String statement) {
    try (TestBed bed = bed(key + " = reject")) {
      WireClient client = bed.client();
      var refused = Answers.error(client.simple(statement));
      assertEquals("0A000", refused.sqlState());
      assertTrue(refused.fields().getOrDefault('H', "").contains("session." + key));
      client.send(
          FrontendMessage.parse("named", statement),
          FrontendMessage.bind("", "named"),
          FrontendMessage.execute("", 0),
          FrontendMessage.sync());
      assertEquals("0A000", Answers.error(client.readUntil('Z')).sqlState());
      assertEquals("1", client.value("select 1"));
      client.simple("begin");
      if (!key.equals("sequences")) {
        assertEquals("0A000", Answers.error(client.simple(statement)).sqlState());
        assertEquals("25P02", Answers.error(client.simple(statement)).sqlState());
      }
      client.simple("rollback");
      Answers.good(client.simple("begin; set local work_mem = '9MB'; commit"));
    }
  }

  /** The backend goes back at once, and nothing of it is there for the next, the client itself. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          set              | set work_mem = '9MB'           | show work_mem | 4MB
          prepare          | prepare p as select 1          | select count(*) from pg_prepared_statements where from_sql | 0
          listen           | do 'begin execute ''listen news''; end' | select count(*) from pg_listening_channels() | 0
          listen           | listen news                    | select count(*) from pg_listening_channels() | 0
          temporary-tables | create temp table mine (a int) | select count(*) from pg_class where relnamespace = pg_my_temp_schema() | 0
          advisory-locks   | select pg_advisory_lock(1)     | select count(*) from pg_locks where locktype = 'advisory' | 0
          """)
  void allowLetsItRunAndForgetsIt(String key, String statement, String asks, String expected) {
    try (TestBed bed = bed(key + " = allow")) {
      WireClient client = bed.client();
      Answers.good(client.simple(statement));
      assertEquals(expected, bed.client().value(asks));
      assertEquals(expected, client.value(asks));
    }
  }

  /** What is allowed is forgotten also when more follows before PostgreSQL was done being asked. */
  @Test
  void allowForgetsWhatStoodBeforeMoreQuestions() {
    try (TestBed bed = bed("listen = allow")) {
      WireClient client = bed.client();
      client.send(
          FrontendMessage.query("set work_mem = '9MB'; listen news"),
          FrontendMessage.query("set work_mem = '8MB'"));
      Answers.good(client.readReady(2));
      Answers.good(client.simple("set work_mem = '7MB'"));
      assertEquals("0", bed.client().value("select count(*) from pg_listening_channels()"));
      assertEquals("7MB", client.value("show work_mem"));
    }
  }

  @Test
  void whatTakesSettingsBackIsNeverRefused() {
    try (TestBed bed = bed("set = reject")) {
      WireClient client = bed.client(bed.login().with("work_mem", "9MB"));
      for (String statement : new String[] {"reset work_mem", "reset all", "discard all"}) {
        Answers.good(client.simple(statement));
        assertEquals("9MB", client.value("show work_mem"));
      }
    }
  }

  @Test
  void setsPinWhereTheOperatorSaysSo() {
    try (TestBed bed =
        TestBed.start(
            postgres,
            "policies_it",
            SluiceConf.trusting().with("pool { size = 2 }").with("session { set = pin }"))) {
      WireClient client = bed.client();
      client.simple("set work_mem = '9MB'");
      String backend = client.value("select pg_backend_pid()");
      WireClient other = bed.client();
      other.simple("begin");
      String others = other.value("select pg_backend_pid()");
      assertEquals(backend, client.value("select pg_backend_pid()"));
      assertTrue(!backend.equals(others));
      assertEquals("9MB", client.value("show work_mem"));
      other.simple("rollback");
    }
  }

  @Test
  void aLibraryStaysWithItsClientAndGoesWithIt() {
    try (TestBed bed = bed("load = pin")) {
      String loaded;
      try (WireClient client = WireClient.login(bed.address(), bed.login())) {
        loaded = client.value("select pg_backend_pid()");
        bed.admin().rows("alter role policies_it superuser");
        Answers.good(client.simple("load 'auto_explain'"));
        client.value("select 1");
        assertEquals(loaded, client.value("select pg_backend_pid()"));
      }
      assertTrue(!loaded.equals(bed.client().value("select pg_backend_pid()")));
    }
  }
}
