package dev.sluice.protocol.sql;

import org.jspecify.annotations.Nullable;

/**
 * What running a statement may do to the session and the transaction, told from its text. Errs
 * towards more: a flag that is not set is a promise, one that is set is a possibility. Of a text
 * with several statements it is the union. The flags of transaction commands say what was asked
 * for; what became of it, ReadyForQuery says.
 */
public final class StatementTraits {
  /** May leave something in the session that outlives the transaction and that nobody reports. */
  public static final int LEAVES_STATE = 1;

  /**
   * Sets parameters for the session, all of which PostgreSQL reports; exclusive with {@link
   * #LEAVES_STATE}.
   */
  public static final int SETS_REPORTED_ONLY = 1 << 1;

  /** Changes settings: inside this transaction they may differ from what the session believes. */
  public static final int LOCAL_SETTINGS = 1 << 2;

  /** Opens a transaction block. */
  public static final int BEGINS = 1 << 3;

  /** Commits, or prepares a transaction for two-phase commit. */
  public static final int COMMITS = 1 << 4;

  /** Rolls a transaction back, not only to a savepoint. */
  public static final int ROLLS_BACK = 1 << 5;

  /** Ends a transaction and begins the next: {@code AND CHAIN}. */
  public static final int CHAINS = 1 << 6;

  /** PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED. */
  public static final int TWO_PHASE = 1 << 7;

  /**
   * Holds a statement that is not, by its keywords, a read; functions that it calls are not
   * considered.
   */
  public static final int MAY_WRITE = 1 << 8;

  /** Holds more than one statement, empty ones not counted. */
  public static final int MULTIPLE = 1 << 9;

  /** Holds no statement at all. */
  public static final int EMPTY = 1 << 10;

  /** Holds a COPY. */
  public static final int COPY = 1 << 11;

  /** Creates, uses or removes prepared statements by name. */
  public static final int CHANGES_STATEMENTS = 1 << 12;

  /** The first statement is one that PostgreSQL runs in a failed block and that ends the block. */
  public static final int EXITS_FAILED_BLOCK = 1 << 13;

  /** Ends in the middle of a quotation or begins with a command that is not known. */
  public static final int NOT_UNDERSTOOD = 1 << 14;

  /** What {@link #firstStatementEnd} says of a text with a single statement. */
  public static final int WHOLE_TEXT = Integer.MAX_VALUE;

  /**
   * For texts that cannot be looked at, for instance in an encoding that is not a superset of
   * ASCII: anything may happen.
   */
  public static final StatementTraits UNKNOWN =
      new StatementTraits(
          LEAVES_STATE
              | LOCAL_SETTINGS
              | MAY_WRITE
              | MULTIPLE
              | COPY
              | CHANGES_STATEMENTS
              | NOT_UNDERSTOOD,
          WHOLE_TEXT,
          null,
          SessionEffects.UNKNOWN);

  private static final StatementTraits NOTHING =
      new StatementTraits(0, WHOLE_TEXT, null, SessionEffects.NONE);
  private static final StatementTraits WRITE =
      new StatementTraits(MAY_WRITE, WHOLE_TEXT, null, SessionEffects.NONE);
  private static final StatementTraits BEGIN =
      new StatementTraits(BEGINS, WHOLE_TEXT, null, SessionEffects.NONE);
  private static final StatementTraits COMMIT =
      new StatementTraits(COMMITS | EXITS_FAILED_BLOCK, WHOLE_TEXT, null, SessionEffects.NONE);
  private static final StatementTraits ROLLBACK =
      new StatementTraits(ROLLS_BACK | EXITS_FAILED_BLOCK, WHOLE_TEXT, null, SessionEffects.NONE);

  private final int flags;
  private final int firstStatementEnd;
  private final @Nullable NamedStatementUse namedStatementUse;
  private final SessionEffects effects;

  StatementTraits(
      int flags,
      int firstStatementEnd,
      @Nullable NamedStatementUse namedStatementUse,
      SessionEffects effects) {
    this.flags = flags;
    this.firstStatementEnd = firstStatementEnd;
    this.namedStatementUse = namedStatementUse;
    this.effects = effects;
  }

  /** The same instance for what nearly every statement is. */
  static StatementTraits of(
      int flags,
      int firstStatementEnd,
      @Nullable NamedStatementUse namedStatementUse,
      SessionEffects effects) {
    if (firstStatementEnd == WHOLE_TEXT && namedStatementUse == null && effects.kinds() == 0) {
      switch (flags) {
        case 0 -> {
          return NOTHING;
        }
        case MAY_WRITE -> {
          return WRITE;
        }
        case BEGINS -> {
          return BEGIN;
        }
        case COMMITS | EXITS_FAILED_BLOCK -> {
          return COMMIT;
        }
        case ROLLS_BACK | EXITS_FAILED_BLOCK -> {
          return ROLLBACK;
        }
        default -> {}
      }
    }
    return new StatementTraits(flags, firstStatementEnd, namedStatementUse, effects);
  }

  /** What it may leave in the session, in detail. */
  public SessionEffects effects() {
    return effects;
  }

  public int flags() {
    return flags;
  }

  /** True if at least one of the flags is set. */
  public boolean any(int mask) {
    return (flags & mask) != 0;
  }

  /** True if none of the flags is set. */
  public boolean none(int mask) {
    return (flags & mask) == 0;
  }

  /**
   * Where the rest of a text with several statements begins: the offset in bytes just behind the
   * first statement's semicolon, from the text's start; {@link #WHOLE_TEXT} when there is no rest
   * to run.
   */
  public int firstStatementEnd() {
    return firstStatementEnd;
  }

  /** The statement's name if the text is a single EXECUTE or DEALLOCATE of one. */
  public @Nullable NamedStatementUse namedStatementUse() {
    return namedStatementUse;
  }
}
