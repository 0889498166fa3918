package dev.sluice.it.property;

import java.util.List;
import java.util.function.Supplier;

/**
 * Draws the operations of one script. It guesses whether the script is in a transaction, so that
 * begins, ends and savepoints mostly meet each other.
 */
final class OperationSource implements Supplier<Operation> {
  private final Dice dice;
  private final Slot slot;
  private final List<Theme> themes;
  private boolean inTransaction;

  OperationSource(Dice dice, Slot slot, List<Theme> themes) {
    this.dice = dice;
    this.slot = slot;
    this.themes = themes;
  }

  @Override
  public Operation get() {
    // Out of 100: begin, end, savepoint, error, look, and the rest is the themes'.
    List<Integer> weights =
        inTransaction ? List.of(2, 18, 16, 4, 5, 55) : List.of(12, 2, 2, 4, 5, 75);
    return switch (dice.weighted(weights)) {
      case 0 -> begin();
      case 1 -> end();
      case 2 -> TransactionOperations.savepoint(dice);
      case 3 -> ErrorOperations.next(dice, slot);
      case 4 -> LookOperations.next(dice, slot);
      default -> dice.of(themes).next(dice, slot);
    };
  }

  private Operation begin() {
    inTransaction = true;
    return TransactionOperations.begin(dice);
  }

  private Operation end() {
    Operation end = TransactionOperations.end(dice);
    inTransaction = end.sql().endsWith("and chain");
    return end;
  }
}
