package dev.sluice.it.property;

/**
 * Sequences. What a transaction before it drew is not asked for: by default the client has no right
 * to it (policy {@code sequences = allow}).
 */
final class SequenceOperations {

  private SequenceOperations() {}

  static Operation next(Dice dice, Slot slot) {
    String sequence = dice.of(slot.schema(), slot.otherSchema()) + ".seq";
    String draw = "select nextval('" + sequence + "')";
    return dice.of(
        Operation.of(Kind.SEQUENCE, draw),
        Operation.whole(Kind.SEQUENCE, draw + "; select currval('" + sequence + "'), lastval()"),
        Operation.whole(
            Kind.SEQUENCE,
            "begin; " + draw + "; select currval('" + sequence + "') as now; commit"),
        Operation.whole(
            Kind.SEQUENCE,
            draw + "; insert into " + slot.schema() + ".items values (lastval(), 'numbered')"),
        Operation.of(Kind.SEQUENCE, "select setval('" + sequence + "', 40)"));
  }

  /** What the client drew before, or something else did. */
  static Operation nextEarlier(Dice dice, Slot slot) {
    String sequence = dice.of(slot.schema(), slot.otherSchema()) + ".seq";
    return Operation.of(
        Kind.SEQUENCE,
        dice.of(
            "select nextval('" + sequence + "')",
            "select currval('" + sequence + "')",
            "select lastval()",
            "discard sequences"));
  }
}
