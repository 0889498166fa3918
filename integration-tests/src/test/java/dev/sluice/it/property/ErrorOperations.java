package dev.sluice.it.property;

import java.util.List;

/** Statements that fail while they are read, analysed, planned or run, and some that only warn. */
final class ErrorOperations {

  private ErrorOperations() {}

  static Operation next(Dice dice, Slot slot) {
    return Operation.of(
        Kind.ERROR,
        dice.of(
            List.of(
                "select 1 / 0",
                "select 1 / (g - 3) from generate_series(1, 4) g",
                "selec 1",
                "select no_such_column",
                "select * from no_such_table",
                "select 'x'::int",
                "select 'open",
                "set",
                "set work_mem",
                "set max_connections = 7",
                "set server_version = '1'",
                "set session_preload_libraries = 'x'",
                "insert into " + slot.schema() + ".items values ('x', 1)",
                "do $$ begin raise exception 'own' using errcode = 'P0099', hint = 'none'; end $$",
                "do $$ begin raise warning 'own warning'; end $$",
                "vacuum " + slot.schema() + ".items",
                "drop table if exists no_such_table")));
  }
}
