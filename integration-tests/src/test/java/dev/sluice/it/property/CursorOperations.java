package dev.sluice.it.property;

import java.util.List;

/** Cursors of SQL. */
final class CursorOperations {
  private static final List<String> NAMES = List.of("c1", "c2");

  private CursorOperations() {}

  static Operation next(Dice dice, Slot slot) {
    return switch (dice.weighted(List.of(35, 65))) {
      case 0 -> declare(dice, slot, "");
      default -> use(dice);
    };
  }

  static Operation nextHeld(Dice dice, Slot slot) {
    return switch (dice.weighted(List.of(25, 10, 65))) {
      case 0 -> declare(dice, slot, "with hold ");
      case 1 -> declare(dice, slot, "without hold ");
      default -> use(dice);
    };
  }

  private static Operation declare(Dice dice, Slot slot, String hold) {
    String query =
        dice.of(
            "select g from generate_series(1, 9) g",
            "select id, tag from " + slot.schema() + ".items order by id, tag",
            "select current_setting('work_mem')",
            "select 1 / (g - 4) from generate_series(1, 9) g");
    return Operation.of(
        hold.equals("with hold ") ? Kind.HELD_CURSOR : Kind.CURSOR,
        "declare "
            + dice.of(NAMES)
            + dice.of(" cursor ", " scroll cursor ", " no scroll cursor ")
            + hold
            + "for "
            + query);
  }

  private static Operation use(Dice dice) {
    String name = dice.of(NAMES);
    return Operation.of(
        Kind.CURSOR,
        dice.of(
            "fetch 2 from " + name,
            "fetch " + name,
            "fetch all from " + name,
            "fetch backward 1 in " + name,
            "fetch absolute 2 from " + name,
            "move 3 in " + name,
            "move backward all in " + name,
            "close " + name,
            "close all",
            "select name, is_holdable from pg_cursors order by name"));
  }
}
