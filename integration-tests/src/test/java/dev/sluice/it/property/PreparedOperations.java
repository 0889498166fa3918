package dev.sluice.it.property;

import java.util.List;

/** Statements prepared by SQL. */
final class PreparedOperations {
  private static final List<String> NAMES = List.of("p1", "p2", "\"P1\"");

  private PreparedOperations() {}

  static Operation next(Dice dice, Slot slot) {
    String name = dice.of(NAMES);
    return switch (dice.weighted(List.of(35, 40, 20, 5))) {
      case 0 ->
          Operation.of(
              Kind.SQL_PREPARE,
              "prepare " + name + dice.of(" ", "(text) ") + "as " + body(dice, slot));
      case 1 ->
          Operation.of(
              Kind.SQL_EXECUTE, "execute " + name + dice.of("", "('6MB')", "('7')", "(null)"));
      case 2 ->
          Operation.of(
              Kind.SQL_DEALLOCATE,
              dice.of("deallocate ", "deallocate prepare ") + dice.of(name, name, "all"));
      default -> Operation.of(Kind.LOOK, LookOperations.STATEMENTS);
    };
  }

  private static String body(Dice dice, Slot slot) {
    return dice.of(
        "select 1 as one",
        "select id, tag from items order by id, tag",
        "select $1::text as given",
        "select set_config('work_mem', $1, false)",
        "insert into " + slot.schema() + ".items values (3, $1) returning id, tag",
        "select current_setting('work_mem'), timestamptz '2024-01-01 00:00' as at");
  }
}
