package dev.sluice.it.property;

import java.util.Set;

/** A field of operations; a script keeps to a few, so that they meet each other. */
enum Theme {
  SETTINGS(30),
  ROLES(12),
  SQL_STATEMENTS(8),
  CURSORS(10),
  HELD_CURSORS(6),
  TEMPORARY_TABLES(8),
  TRANSACTION_LOCKS(4),
  SESSION_LOCKS(8),
  NOTIFICATIONS(8),
  NOTIFYING(4),
  SEQUENCES(4),
  ROWS(12),
  HIDDEN(4),
  UNSEEN(3),
  EARLIER_SEQUENCE_VALUES(4),
  DISCARDS(5),
  ERRORS(5),
  LOOKS(8);

  private final int weight;

  Theme(int weight) {
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  /** Whether its operations pin a client to a backend. */
  boolean pins() {
    return switch (this) {
      case SQL_STATEMENTS, HELD_CURSORS, TEMPORARY_TABLES, SESSION_LOCKS, NOTIFICATIONS -> true;
      case SETTINGS,
          ROLES,
          CURSORS,
          TRANSACTION_LOCKS,
          NOTIFYING,
          SEQUENCES,
          ROWS,
          HIDDEN,
          UNSEEN,
          EARLIER_SEQUENCE_VALUES,
          DISCARDS,
          ERRORS,
          LOOKS ->
          false;
    };
  }

  /** Whether a scenario with these features may have it. */
  boolean allowedBy(Set<Feature> features) {
    return switch (this) {
      case UNSEEN -> features.contains(Feature.UNSEEN_CHANGES);
      case EARLIER_SEQUENCE_VALUES -> features.contains(Feature.EARLIER_SEQUENCE_VALUES);
      default -> true;
    };
  }

  Operation next(Dice dice, Slot slot) {
    return switch (this) {
      case SETTINGS -> SettingOperations.next(dice, slot);
      case ROLES -> RoleOperations.next(dice, slot);
      case SQL_STATEMENTS -> PreparedOperations.next(dice, slot);
      case CURSORS -> CursorOperations.next(dice, slot);
      case HELD_CURSORS -> CursorOperations.nextHeld(dice, slot);
      case TEMPORARY_TABLES -> TemporaryOperations.next(dice, slot);
      case TRANSACTION_LOCKS -> LockOperations.nextOfTransaction(dice, slot);
      case SESSION_LOCKS -> LockOperations.nextOfSession(dice, slot);
      case NOTIFICATIONS -> NotificationOperations.next(dice, slot);
      case NOTIFYING -> NotificationOperations.nextWithoutListening(dice, slot);
      case SEQUENCES -> SequenceOperations.next(dice, slot);
      case ROWS -> RowOperations.next(dice, slot);
      case HIDDEN -> HiddenOperations.next(dice, slot);
      case UNSEEN -> HiddenOperations.nextUnseen(dice, slot);
      case EARLIER_SEQUENCE_VALUES -> SequenceOperations.nextEarlier(dice, slot);
      case DISCARDS -> DiscardOperations.next(dice, slot);
      case ERRORS -> ErrorOperations.next(dice, slot);
      case LOOKS -> LookOperations.next(dice, slot);
    };
  }
}
