package dev.sluice.it.property;

import java.util.List;

/**
 * Advisory locks on keys of the client's own; on common ones only shared locks, for nobody waits.
 */
final class LockOperations {
  private static final int COMMON_KEY = 7;

  private LockOperations() {}

  static Operation nextOfTransaction(Dice dice, Slot slot) {
    int key = slot.lockKey(dice.below(3));
    return Operation.of(
        Kind.TRANSACTION_LOCK,
        dice.of(
            "select pg_advisory_xact_lock(" + key + ")",
            "select pg_try_advisory_xact_lock(" + key + ", 1)",
            "select pg_advisory_xact_lock_shared(" + COMMON_KEY + ")",
            "select pg_try_advisory_xact_lock_shared(" + key + ")",
            LookOperations.LOCKS));
  }

  static Operation nextOfSession(Dice dice, Slot slot) {
    if (dice.percent(25)) {
      return nextOfTransaction(dice, slot);
    }
    int key = slot.lockKey(dice.below(3));
    return Operation.of(
        Kind.SESSION_LOCK,
        dice.of(
            List.of(
                "select pg_advisory_lock(" + key + ")",
                "select pg_catalog.pg_advisory_lock(" + key + ")",
                "select pg_try_advisory_lock(" + key + ")",
                "select pg_try_advisory_lock(" + (key - 1) + " + 1)",
                "select pg_advisory_lock(" + key + ", " + dice.below(2) + ")",
                "select pg_advisory_lock_shared(" + key + ")",
                "select pg_advisory_lock_shared(" + COMMON_KEY + ")",
                "select pg_try_advisory_lock_shared(" + COMMON_KEY + ")",
                "select pg_advisory_lock(k) from generate_series(" + key + ", " + (key + 1) + ") k",
                "select case when false then pg_try_advisory_lock(" + key + ") end",
                "select pg_advisory_unlock(" + key + ")",
                "select pg_advisory_unlock(" + key + ")",
                "select pg_advisory_unlock(" + key + ", " + dice.below(2) + ")",
                "select pg_advisory_unlock_shared(" + dice.of(key, COMMON_KEY) + ")",
                "select pg_advisory_unlock_all()",
                LookOperations.LOCKS,
                LookOperations.LOCKS)));
  }
}
