package dev.sluice.protocol.sql;

import static dev.sluice.protocol.sql.SessionEffects.ADVISORY_LOCK;
import static dev.sluice.protocol.sql.SessionEffects.ANY_SETTING;
import static dev.sluice.protocol.sql.SessionEffects.ENDS;
import static dev.sluice.protocol.sql.SessionEffects.HELD_CURSOR;
import static dev.sluice.protocol.sql.SessionEffects.LISTENS;
import static dev.sluice.protocol.sql.SessionEffects.LOADS;
import static dev.sluice.protocol.sql.SessionEffects.OTHER;
import static dev.sluice.protocol.sql.SessionEffects.PREPARES;
import static dev.sluice.protocol.sql.SessionEffects.RESETS;
import static dev.sluice.protocol.sql.SessionEffects.RESETS_ALL;
import static dev.sluice.protocol.sql.SessionEffects.RUNS_CODE;
import static dev.sluice.protocol.sql.SessionEffects.SEQUENCE_USE;
import static dev.sluice.protocol.sql.SessionEffects.SEQUENCE_VALUE;
import static dev.sluice.protocol.sql.SessionEffects.SETTINGS;
import static dev.sluice.protocol.sql.SessionEffects.TEMPORARY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionEffectsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SET work_mem = '1MB' | work_mem",
        "set SESSION Work_Mem TO 5 | work_mem",
        "SET \"Work_Mem\" TO 5 | work_mem",
        "SET app . tenant = 'x' | app.tenant",
        "SET local.a = 1 | local.a",
        "SET TIME ZONE 'UTC' | timezone",
        "SET timezone TO 'UTC' | timezone",
        "SET NAMES 'utf8' | client_encoding",
        "SET SCHEMA 'a' | search_path",
        "SET search_path TO a, \"B\" | search_path",
        "SET ROLE bob | role",
        "SET SESSION ROLE bob | role",
        "SET SESSION AUTHORIZATION bob | session_authorization role",
        "SET LOCAL SESSION AUTHORIZATION bob | session_authorization role",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | default_transaction_isolation"
            + " default_transaction_read_only default_transaction_deferrable",
        "SET XML OPTION DOCUMENT | xmloption",
        "SELECT set_config('app.a', 'b', false) | app.a",
        "SELECT pg_catalog.set_config('app.a', f(1, (2)), false), 1 | app.a",
        "SELECT set_config('a.b', 'x', true), set_config('c.d', 'y', 'f') | c.d",
        "SELECT set_config('a.b', 'x', true and false) | a.b",
        "SET a.b = 1; SET c.d = 2; SET a.b = 3 | a.b c.d",
      })
  void settingsByName(String text, String names) {
    assertEquals(new SessionEffects(SETTINGS, List.of(names.split(" "))), effects(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET LOCAL work_mem = '1MB'",
        "SET LOCAL ROLE bob",
        "SET TRANSACTION READ ONLY",
        "SET CONSTRAINTS ALL DEFERRED",
        "SELECT set_config('app.a', 'b', true)",
        "SELECT set_config('app.a', $1, true)",
        "SELECT 'set_config(''a'', ''b'', false)'",
        "SELECT 1 -- SET a.b = 1",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '1MB' AS 'SELECT 1'",
        "ALTER ROLE bob SET work_mem = '1MB'",
        "SELECT pg_advisory_xact_lock(1)",
        "INSERT INTO temp VALUES (1)",
        "BEGIN",
        "SELECT listen, load FROM t",
      })
  void nothing(String text) {
    assertEquals(SessionEffects.NONE, effects(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config($1, 'b', false)",
        "SELECT set_config('a' || 'b', 'b', false)",
        "SELECT set_config(E'a.b', 'b', false)",
        "SELECT set_config('a.b', set_config('c.d', 'x', false), true)",
        "SELECT \"set_config\"('a.b', 'x'",
        "UPDATE pg_settings SET setting = 'x' WHERE name = 'work_mem'",
      })
  void anySetting(String text) {
    assertEquals(ANY_SETTING, effects(text).kinds() & ANY_SETTING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "RESET work_mem | work_mem",
        "RESET app.tenant | app.tenant",
        "RESET TIME ZONE | timezone",
        "RESET SESSION AUTHORIZATION | session_authorization role",
        "SET work_mem TO DEFAULT | work_mem",
        "SET app.tenant = DEFAULT | app.tenant",
      })
  void resetsByName(String text, String names) {
    assertEquals(new SessionEffects(RESETS, List.of(names.split(" "))), effects(text));
  }

  @Test
  void kinds() {
    assertKinds(RESETS_ALL, "RESET ALL");
    assertKinds(RESETS_ALL | ENDS, "DISCARD ALL");
    assertKinds(SETTINGS | RESETS, "SET a = 1; RESET b");
    assertKinds(ANY_SETTING | RESETS_ALL, "RESET ALL; SELECT set_config('a.' || 'b', 'c', false)");
    assertKinds(ENDS, "DISCARD TEMP");
    assertKinds(PREPARES, "PREPARE p AS SELECT 1");
    assertKinds(0, "PREPARE TRANSACTION 'x'");
    assertKinds(ENDS, "DEALLOCATE p");
    assertKinds(LISTENS, "LISTEN c");
    assertKinds(ENDS, "UNLISTEN *");
    assertKinds(0, "NOTIFY c");
    assertKinds(TEMPORARY, "CREATE TEMP TABLE t (a int)");
    assertKinds(TEMPORARY, "CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1");
    assertKinds(TEMPORARY, "SELECT 1 INTO TEMP t");
    assertKinds(TEMPORARY, "CREATE TABLE pg_temp.t (a int)");
    assertKinds(ENDS, "DROP TABLE t");
    assertKinds(HELD_CURSOR, "DECLARE c CURSOR WITH HOLD FOR SELECT 1");
    assertKinds(0, "DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1");
    assertKinds(ENDS, "CLOSE c");
    assertKinds(ADVISORY_LOCK, "SELECT pg_catalog.pg_try_advisory_lock_shared(1, 2)");
    assertKinds(ADVISORY_LOCK, "SELECT \"pg_advisory_lock\"(hashtext('a'))");
    assertKinds(ENDS, "SELECT pg_advisory_unlock_all()");
    assertKinds(LOADS, "LOAD 'auto_explain'");
    assertKinds(SEQUENCE_VALUE, "SELECT lastval()");
    assertKinds(SEQUENCE_USE, "SELECT nextval('s')");
    assertKinds(OTHER, "SELECT setseed(0.5)");
    assertKinds(OTHER, "SET SEED TO 0.5");
    assertKinds(RUNS_CODE, "DO $$ BEGIN END $$");
    assertKinds(RUNS_CODE, "CALL p()");
    assertKinds(LISTENS | ENDS, "LISTEN a; UNLISTEN b");
    assertEquals(SessionEffects.UNKNOWN.kinds(), effects("FROBNICATE").kinds());
    assertEquals(SessionEffects.UNKNOWN, StatementTraits.UNKNOWN.effects());
  }

  private static void assertKinds(int kinds, String text) {
    assertEquals(kinds, effects(text).kinds(), text);
  }

  private static SessionEffects effects(String text) {
    return TraitsTable.analyze(text, true).effects();
  }
}
