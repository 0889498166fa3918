package dev.sluice.it.property;

import java.util.List;

/** Begin, end and savepoints. */
final class TransactionOperations {
  private static final List<String> SAVEPOINTS = List.of("sa", "sb", "sa");

  private TransactionOperations() {}

  static Operation begin(Dice dice) {
    return Operation.of(
        Kind.BEGIN,
        dice.of(
            "begin",
            "begin",
            "BEGIN",
            "begin work",
            "start transaction",
            "begin isolation level repeatable read",
            "begin isolation level serializable read only",
            "begin read write",
            "start transaction read only"));
  }

  static Operation end(Dice dice) {
    return Operation.of(
        Kind.END_OF_TRANSACTION,
        dice.of(
            "commit",
            "commit",
            "commit",
            "end",
            "rollback",
            "rollback",
            "abort",
            "commit and chain",
            "rollback and chain",
            "commit and no chain"));
  }

  static Operation savepoint(Dice dice) {
    String name = dice.of(SAVEPOINTS);
    return Operation.of(
        Kind.SAVEPOINT,
        dice.of(
            "savepoint " + name,
            "savepoint " + name,
            "rollback to " + name,
            "rollback to savepoint " + name,
            "release " + name,
            "set transaction read only",
            "set transaction isolation level serializable"));
  }
}
