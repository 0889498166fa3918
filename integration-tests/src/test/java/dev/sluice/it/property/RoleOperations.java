package dev.sluice.it.property;

import java.util.List;

/** SET ROLE and SET SESSION AUTHORIZATION, and rows that only some roles or users may see. */
final class RoleOperations {

  private RoleOperations() {}

  static Operation next(Dice dice, Slot slot) {
    return dice.percent(50) ? change(dice) : ask(dice, slot);
  }

  private static Operation change(Dice dice) {
    return Operation.of(
        Kind.SET_ROLE,
        dice.of(
            "set role property_a",
            "set role property_b",
            "set role 'property_a'",
            "set role none",
            "reset role",
            "set local role property_b",
            "set role property_nobody",
            "set role postgres",
            "select set_config('role', 'property_a', false)",
            "select set_config('role', 'property_b', true)",
            "set session authorization property",
            "set session authorization property_a",
            "set session authorization default",
            "set local session authorization property",
            "reset session authorization"));
  }

  private static Operation ask(Dice dice, Slot slot) {
    String notes = slot.schema() + ".notes";
    String docs = slot.schema() + ".docs";
    int number = dice.below(100);
    return dice.of(
        List.of(
            Operation.of(Kind.SET_ROLE, "select current_user, session_user"),
            Operation.of(Kind.SET_ROLE, "show role"),
            Operation.of(Kind.SET_ROLE, "select current_setting('is_superuser')"),
            Operation.of(
                Kind.ROW_SECURITY, "select id, owner, body from " + notes + " order by id"),
            Operation.of(
                Kind.ROW_SECURITY, "select id, owner, body from " + notes + " order by id"),
            Operation.of(
                Kind.ROW_SECURITY,
                "insert into %s (id, body) values (%d, 'more')".formatted(notes, number)),
            Operation.of(Kind.ROW_SECURITY, "select id, who from " + docs + " order by id, who"),
            Operation.of(
                Kind.ROW_SECURITY, "insert into %s values (%d, 'ann')".formatted(docs, number)),
            Operation.of(Kind.SET, "set app.user = " + dice.of("'ann'", "'bob'", "'Bob'")),
            Operation.of(Kind.TENANT, "select id, tag from items order by id, tag"),
            Operation.of(Kind.ROWS, "create table " + slot.schema() + ".made (a int)"),
            Operation.of(Kind.ROWS, "drop table if exists " + slot.schema() + ".made")));
  }
}
