package dev.sluice.it.property;

/** DISCARD in all its forms. */
final class DiscardOperations {

  private DiscardOperations() {}

  static Operation next(Dice dice, Slot slot) {
    return Operation.of(
        Kind.DISCARD,
        dice.of(
            "discard all",
            "discard all",
            "discard plans",
            "discard sequences",
            "discard temp",
            "discard temporary",
            "DISCARD ALL"));
  }
}
