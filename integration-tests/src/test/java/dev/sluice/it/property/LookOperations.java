package dev.sluice.it.property;

import java.util.List;

/** What a session may ask about its own state. */
final class LookOperations {
  static final String LOCKS =
      "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()";
  static final String TEMPORARY =
      "select relname, relkind from pg_class where relnamespace = pg_my_temp_schema()"
          + " and relkind in ('r', 'v', 'S') order by relname";

  /** Not where Sluice gives them names of its own, which are there to be seen. */
  static final String STATEMENTS =
      "select name from pg_prepared_statements where from_sql"
          + " and coalesce(current_setting('property.hidden', true), '') = '' order by name";

  private static final String SETTINGS =
      """
      select name, setting from pg_settings
      where name in ('TimeZone', 'DateStyle', 'IntervalStyle', 'application_name', 'search_path', 'client_encoding',
        'work_mem', 'statement_timeout', 'extra_float_digits', 'lock_timeout', 'bytea_output',
        'standard_conforming_strings', 'default_transaction_isolation', 'default_transaction_read_only',
        'transaction_isolation', 'transaction_read_only')
      order by name\
      """;

  private static final List<String> ALL =
      List.of(
          SETTINGS,
          "select current_user, session_user,"
              + " coalesce(nullif(current_setting('app.user', true), ''), 'none') as who",
          LOCKS,
          TEMPORARY,
          STATEMENTS,
          "select name, is_holdable from pg_cursors where name <> '' order by name",
          "select pg_listening_channels() as channel order by channel");

  private LookOperations() {}

  static Operation next(Dice dice, Slot slot) {
    return Operation.of(Kind.LOOK, dice.of(ALL));
  }

  /** Everything, in one string. */
  static Operation all() {
    return Operation.whole(Kind.LOOK, String.join("; ", ALL));
  }
}
