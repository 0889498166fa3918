package dev.sluice.it.property;

import java.util.List;

/** Temporary tables, views and sequences. */
final class TemporaryOperations {

  private TemporaryOperations() {}

  static Operation next(Dice dice, Slot slot) {
    if (dice.percent(5)) {
      return Operation.whole(
          Kind.TEMPORARY_TABLE,
          "create temp table items (id int, tag text); select id, tag from items;"
              + " drop table pg_temp.items; select id, tag from items order by id, tag");
    }
    return dice.percent(35) ? create(dice) : use(dice, slot);
  }

  private static Operation create(Dice dice) {
    return Operation.of(
        Kind.TEMPORARY_TABLE,
        dice.of(
            List.of(
                "create temp table t1 (a int, b text default 'x')",
                "create temporary table if not exists t1 (a int, b text)",
                "create temp table t1 (a int, b text) on commit drop",
                "create temp table t2 (a int, b text) on commit delete rows",
                "create local temp table t2 (a int, b text) on commit preserve rows",
                "create table pg_temp.t2 (a int, b text)",
                "create temp table t1 as select 1 as a, 'as'::text as b",
                "select 2 as a, 'into'::text as b into temp t2",
                "create temp view v1 as select 5 as a",
                "create temp sequence q1",
                "create temp table items (id int, tag text)",
                "create temp table t1 (a int unique, b text) on commit drop")));
  }

  private static Operation use(Dice dice, Slot slot) {
    String table = dice.of("t1", "t2");
    return Operation.of(
        Kind.TEMPORARY_TABLE,
        dice.of(
            List.of(
                "insert into " + table + " values (" + dice.below(5) + ", 'row')",
                "insert into " + table + " (a) select generate_series(1, 3)",
                "select a, b from " + table + " order by a, b",
                "select count(*) from pg_temp." + table,
                "update " + table + " set b = 'changed' where a = 1",
                "drop table " + table,
                "drop table if exists t1, t2",
                "alter table " + table + " add c int",
                "truncate " + table,
                "select a from v1",
                "drop view if exists v1",
                "select id, tag from " + slot.schema() + ".items order by id, tag",
                "select id, tag from items order by id, tag",
                "discard temp",
                LookOperations.TEMPORARY)));
  }
}
