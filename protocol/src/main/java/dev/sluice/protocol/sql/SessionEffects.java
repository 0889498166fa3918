package dev.sluice.protocol.sql;

import java.util.List;

/**
 * What running a statement may leave in, or take from, the session beyond its transaction, told
 * from its text. Errs towards more, as {@link StatementTraits} does.
 *
 * @param kinds the constants below, added up
 * @param settings the parameters that are set or reset, in lower case; a SET LOCAL is none
 */
public record SessionEffects(int kinds, List<String> settings) {
  /** Sets the parameters of {@link #settings()}. */
  public static final int SETTINGS = 1;

  /** Sets other parameters too, and which cannot be told. */
  public static final int ANY_SETTING = 1 << 1;

  /** Puts parameters of {@link #settings()} back to what they were when the session began. */
  public static final int RESETS = 1 << 2;

  /** Prepares a statement by SQL: manual, "PREPARE". */
  public static final int PREPARES = 1 << 3;

  public static final int LISTENS = 1 << 4;

  /** Makes or uses something in the schema of temporary objects. */
  public static final int TEMPORARY = 1 << 5;

  /** Declares a cursor that outlives its transaction. */
  public static final int HELD_CURSOR = 1 << 6;

  /** Takes, or tries to take, an advisory lock of the session. */
  public static final int ADVISORY_LOCK = 1 << 7;

  /** Loads a library. */
  public static final int LOADS = 1 << 8;

  /** Asks for what the session last took from a sequence. */
  public static final int SEQUENCE_VALUE = 1 << 9;

  /** Takes a value from a sequence, or sets it. */
  public static final int SEQUENCE_USE = 1 << 10;

  /**
   * Something that cannot be asked for and that not even DISCARD ALL removes: a connection of
   * dblink, a replication origin, a temporary slot, a random seed.
   */
  public static final int OTHER = 1 << 11;

  /** May end a state of those above. */
  public static final int ENDS = 1 << 12;

  /** Runs code that the text does not show: DO, CALL. */
  public static final int RUNS_CODE = 1 << 13;

  /** Puts all parameters back: RESET ALL, DISCARD ALL. */
  public static final int RESETS_ALL = 1 << 14;

  public static final SessionEffects NONE = new SessionEffects(0, List.of());

  /** For texts that cannot be looked at. */
  public static final SessionEffects UNKNOWN =
      new SessionEffects(
          ANY_SETTING
              | PREPARES
              | LISTENS
              | TEMPORARY
              | HELD_CURSOR
              | ADVISORY_LOCK
              | SEQUENCE_USE
              | ENDS
              | RUNS_CODE,
          List.of());

  public SessionEffects {
    settings = List.copyOf(settings);
  }

  /** True if at least one of the kinds is set. */
  public boolean any(int mask) {
    return (kinds & mask) != 0;
  }
}
