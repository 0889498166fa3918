package dev.sluice.proxy.client;

import dev.sluice.config.SessionConfig;
import dev.sluice.config.StatePolicy;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.sql.SessionEffects;
import dev.sluice.proxy.session.PinReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a database's configuration says of the state that statements leave: which are refused for
 * it, and what is done about the others.
 */
final class SessionPolicies {
  /** A kind of state: what makes it, its policy, and how it is called when it pins. */
  record Kind(int effect, StatePolicy policy, PinReason pin) {}

  private record Refusal(int effects, String what, String key) {}

  private static final int SETS = SessionEffects.SETTINGS | SessionEffects.ANY_SETTING;

  private final List<Refusal> refusals;
  private final int refused;
  private final List<Kind> kinds;
  private final StatePolicy settings;

  SessionPolicies(SessionConfig config) {
    this.settings = config.set();
    this.kinds =
        List.of(
            new Kind(SessionEffects.PREPARES, config.prepare(), PinReason.PREPARE),
            new Kind(SessionEffects.LISTENS, config.listen(), PinReason.LISTEN),
            new Kind(
                SessionEffects.TEMPORARY, config.temporaryTables(), PinReason.TEMPORARY_TABLES),
            new Kind(SessionEffects.HELD_CURSOR, config.heldCursors(), PinReason.HELD_CURSORS),
            new Kind(
                SessionEffects.ADVISORY_LOCK, config.advisoryLocks(), PinReason.ADVISORY_LOCKS),
            new Kind(SessionEffects.LOADS, config.load(), PinReason.LOAD),
            new Kind(
                SessionEffects.SEQUENCE_USE | SessionEffects.SEQUENCE_VALUE,
                config.sequences(),
                PinReason.SEQUENCES),
            new Kind(SessionEffects.OTHER, StatePolicy.PIN, PinReason.SESSION_FUNCTION));
    this.refusals =
        List.of(
                rule(config.set(), SETS, "SET for a session", "set"),
                rule(config.prepare(), SessionEffects.PREPARES, "PREPARE", "prepare"),
                rule(config.listen(), SessionEffects.LISTENS, "LISTEN", "listen"),
                rule(
                    config.temporaryTables(),
                    SessionEffects.TEMPORARY,
                    "the use of temporary objects",
                    "temporary-tables"),
                rule(
                    config.heldCursors(),
                    SessionEffects.HELD_CURSOR,
                    "a cursor WITH HOLD",
                    "held-cursors"),
                rule(
                    config.advisoryLocks(),
                    SessionEffects.ADVISORY_LOCK,
                    "an advisory lock of the session",
                    "advisory-locks"),
                rule(config.load(), SessionEffects.LOADS, "LOAD", "load"),
                rule(
                    config.sequences(),
                    SessionEffects.SEQUENCE_VALUE,
                    "currval or lastval of an earlier transaction",
                    "sequences"))
            .stream()
            .filter(rule -> rule.effects() != 0)
            .toList();
    this.refused = this.refusals.stream().mapToInt(Refusal::effects).reduce(0, (a, b) -> a | b);
  }

  /** Of settings that a client makes for its session. */
  StatePolicy settings() {
    return settings;
  }

  List<Kind> kinds() {
    return kinds;
  }

  private static Refusal rule(StatePolicy policy, int effects, String what, String key) {
    return new Refusal(policy == StatePolicy.REJECT ? effects : 0, what, key);
  }

  /**
   * Why a statement must not run; null if it may.
   *
   * @param startsTransaction nothing of its transaction has run before it
   */
  @Nullable ErrorMessage refusal(SessionEffects effects, boolean startsTransaction) {
    if ((effects.kinds() & refused) == 0) {
      return null;
    }
    for (Refusal refusal : refusals) {
      boolean ofEarlier = refusal.effects() != SessionEffects.SEQUENCE_VALUE || startsTransaction;
      // What code runs cannot be told: it is not refused for what it might do.
      if (effects.any(refusal.effects()) && ofEarlier && !effects.any(SessionEffects.RUNS_CODE)) {
        return ErrorMessage.error(
                SqlState.FEATURE_NOT_SUPPORTED,
                "%s is not allowed in transaction pooling here".formatted(refusal.what()))
            .withHint(
                "The configuration says so: session.%s = reject. Use a database with pool.mode ="
                        .formatted(refusal.key())
                    + " session for it.");
      }
    }
    return null;
  }
}
