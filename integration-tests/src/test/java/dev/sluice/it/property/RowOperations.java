package dev.sluice.it.property;

import java.util.List;

/** Rows of the client's own tables, named with their schema and without. */
final class RowOperations {

  private RowOperations() {}

  static Operation next(Dice dice, Slot slot) {
    String table =
        dice.of(slot.schema() + ".items", slot.otherSchema() + ".items", "items", "items");
    Kind kind = table.equals("items") ? Kind.TENANT : Kind.ROWS;
    int id = dice.between(10, 30);
    return Operation.of(
        kind,
        dice.of(
            List.of(
                "select id, tag from " + table + " order by id, tag",
                "select * from " + table + " order by 1, 2",
                "select count(*), min(tag) from " + table,
                "insert into " + table + " values (" + id + ", 'row')",
                "insert into " + table + " values (" + id + ", 'row') returning id, tag",
                "update " + table + " set tag = tag || '+' where id = " + dice.of(1, 2, id),
                "delete from " + table + " where id > 10",
                "select tag from " + table + " where id = 1 for update",
                "lock table " + table + " in share mode")));
  }
}
