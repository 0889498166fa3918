package dev.sluice.protocol.sql;

import static dev.sluice.protocol.sql.StatementTraits.BEGINS;
import static dev.sluice.protocol.sql.StatementTraits.CHAINS;
import static dev.sluice.protocol.sql.StatementTraits.CHANGES_STATEMENTS;
import static dev.sluice.protocol.sql.StatementTraits.COMMITS;
import static dev.sluice.protocol.sql.StatementTraits.COPY;
import static dev.sluice.protocol.sql.StatementTraits.EMPTY;
import static dev.sluice.protocol.sql.StatementTraits.EXITS_FAILED_BLOCK;
import static dev.sluice.protocol.sql.StatementTraits.LEAVES_STATE;
import static dev.sluice.protocol.sql.StatementTraits.LOCAL_SETTINGS;
import static dev.sluice.protocol.sql.StatementTraits.MAY_WRITE;
import static dev.sluice.protocol.sql.StatementTraits.MULTIPLE;
import static dev.sluice.protocol.sql.StatementTraits.NOT_UNDERSTOOD;
import static dev.sluice.protocol.sql.StatementTraits.ROLLS_BACK;
import static dev.sluice.protocol.sql.StatementTraits.SETS_REPORTED_ONLY;
import static dev.sluice.protocol.sql.StatementTraits.TWO_PHASE;
import static dev.sluice.protocol.sql.StatementTraits.WHOLE_TEXT;

import org.jspecify.annotations.Nullable;

/**
 * One analysis of one text. Each statement's head is understood by its keywords; its rest is only
 * watched for names. What PostgreSQL would refuse as a syntax error may be read in any way, for it
 * parses the whole text before it runs the first statement.
 */
final class TextAnalysis {
  private final SqlLexer lexer;
  private final TokenWatch tokens;
  private final EffectsWatch effects = new EffectsWatch();
  private final byte[] text;
  private final int offset;

  private int flags;
  private int statements;
  private int firstStatementEnd = WHOLE_TEXT;
  private @Nullable NamedStatementUse namedStatementUse;

  TextAnalysis(byte[] text, int offset, int length, boolean standardConformingStrings) {
    this.lexer = new SqlLexer(text, offset, length, standardConformingStrings);
    this.tokens = new TokenWatch(lexer, text, effects);
    this.text = text;
    this.offset = offset;
  }

  StatementTraits run() {
    tokens.advance();
    while (tokens.token() != Token.END) {
      if (tokens.token() == Token.SEMICOLON) {
        tokens.advance();
      } else {
        statements++;
        tokens.beginStatement();
        statement();
        tokens.skipToEnd();
        if (statements == 1) {
          firstStatementEnd = lexer.tokenEnd() - offset;
        }
      }
    }
    return traits();
  }

  private StatementTraits traits() {
    flags |= tokens.flags();
    if (statements == 0 && (flags & NOT_UNDERSTOOD) == 0) {
      flags |= EMPTY;
    }
    if (statements > 1) {
      flags |= MULTIPLE;
    }
    if ((flags & NOT_UNDERSTOOD) != 0) {
      flags |= LEAVES_STATE | LOCAL_SETTINGS | MAY_WRITE | COPY | CHANGES_STATEMENTS;
      flags &= ~EXITS_FAILED_BLOCK;
    }
    if ((flags & LEAVES_STATE) != 0) {
      flags &= ~SETS_REPORTED_ONLY;
    }
    boolean single = statements == 1 && (flags & NOT_UNDERSTOOD) == 0;
    return StatementTraits.of(
        flags,
        statements > 1 ? firstStatementEnd : WHOLE_TEXT,
        single ? namedStatementUse : null,
        effects.effects((flags & NOT_UNDERSTOOD) == 0));
  }

  private void statement() {
    switch (tokens.keyword()) {
      case SELECT, VALUES, TABLE, WITH -> tokens.watchForWrites();
      case NONE -> parenthesised();
      case SHOW, FETCH, MOVE, SAVEPOINT, RELEASE -> {}
      case CLOSE -> effects.add(SessionEffects.ENDS);
      case INSERT, UPDATE, DELETE, MERGE -> flags |= MAY_WRITE;
      case BEGIN -> flags |= BEGINS;
      case START -> {
        tokens.advance();
        flags |= tokens.keyword() == Word.TRANSACTION ? BEGINS : NOT_UNDERSTOOD;
      }
      case COMMIT, END -> commit();
      case ROLLBACK, ABORT -> rollback();
      case SET -> flags |= SetCommand.read(tokens, effects);
      case RESET -> {
        flags |= LEAVES_STATE | LOCAL_SETTINGS;
        SetCommand.readReset(tokens, effects);
      }
      case DECLARE -> declare();
      case EXPLAIN -> explain();
      case PREPARE -> prepare();
      case EXECUTE -> {
        flags |= MAY_WRITE;
        use(NamedStatementUse.Kind.EXECUTE);
      }
      case DEALLOCATE -> deallocate();
      case DISCARD -> discard();
      case UNLISTEN -> leaves(SessionEffects.ENDS);
      case LISTEN -> {
        leaves(SessionEffects.LISTENS);
        flags |= MAY_WRITE;
      }
      case LOAD -> {
        leaves(SessionEffects.LOADS);
        flags |= MAY_WRITE;
      }
      case DO, CALL -> {
        leaves(SessionEffects.RUNS_CODE);
        flags |= LOCAL_SETTINGS | MAY_WRITE;
      }
      case DROP -> {
        effects.add(SessionEffects.ENDS);
        flags |= MAY_WRITE;
      }
      case COPY -> flags |= COPY | MAY_WRITE;
      case CREATE -> create();
      case ALTER,
          ANALYSE,
          ANALYZE,
          CHECKPOINT,
          CLUSTER,
          COMMENT,
          GRANT,
          IMPORT,
          LOCK,
          NOTIFY,
          REASSIGN,
          REFRESH,
          REINDEX,
          REVOKE,
          SECURITY,
          TRUNCATE,
          VACUUM ->
          flags |= MAY_WRITE;
      default -> flags |= NOT_UNDERSTOOD;
    }
  }

  /** A query may begin with parentheses; nothing else may begin with anything but a keyword. */
  private void parenthesised() {
    while (tokens.token() == Token.LEFT_PAREN) {
      tokens.advance();
    }
    switch (tokens.keyword()) {
      case SELECT, VALUES, TABLE, WITH -> tokens.watchForWrites();
      default -> flags |= NOT_UNDERSTOOD;
    }
  }

  private void commit() {
    boolean mayBePrepared = tokens.keyword() == Word.COMMIT;
    tokens.advance();
    flags |= COMMITS;
    if (mayBePrepared && tokens.keyword() == Word.PREPARED) {
      flags |= TWO_PHASE | MAY_WRITE;
    } else {
      endOfBlock();
    }
  }

  private void rollback() {
    boolean mayBePrepared = tokens.keyword() == Word.ROLLBACK;
    tokens.advance();
    if (mayBePrepared && tokens.keyword() == Word.PREPARED) {
      flags |= TWO_PHASE | MAY_WRITE;
      return;
    }
    if (tokens.keyword() == Word.WORK || tokens.keyword() == Word.TRANSACTION) {
      tokens.advance();
    }
    if (tokens.keyword() != Word.TO) {
      flags |= ROLLS_BACK;
      endOfBlock();
    }
  }

  private void endOfBlock() {
    if (tokens.keyword() == Word.WORK || tokens.keyword() == Word.TRANSACTION) {
      tokens.advance();
    }
    if (tokens.keyword() == Word.AND) {
      tokens.advance();
      boolean chain = tokens.keyword() != Word.NO;
      if (!chain) {
        tokens.advance();
      }
      if (tokens.keyword() == Word.CHAIN) {
        flags |= chain ? CHAINS : 0;
        tokens.advance();
      }
    }
    exitsIfFirst();
  }

  /**
   * Only a statement without anything behind it: with it, PostgreSQL answers a syntax error and the
   * block goes on.
   */
  private void exitsIfFirst() {
    if (statements == 1 && tokens.atEnd()) {
      flags |= EXITS_FAILED_BLOCK;
    }
  }

  private void prepare() {
    tokens.advance();
    if (tokens.keyword() == Word.TRANSACTION) {
      tokens.advance();
      // Otherwise it prepares a statement that is called "transaction".
      if (tokens.token() == Token.STRING) {
        flags |= COMMITS | TWO_PHASE | MAY_WRITE;
        tokens.advance();
        exitsIfFirst();
        return;
      }
    }
    leaves(SessionEffects.PREPARES);
    flags |= CHANGES_STATEMENTS | MAY_WRITE;
    NamedStatementUse use = named(NamedStatementUse.Kind.PREPARE);
    while (!tokens.atEnd() && (tokens.keyword() != Word.AS || tokens.parentheses() > 0)) {
      tokens.advance();
    }
    if (use != null && tokens.keyword() == Word.AS) {
      tokens.advance();
      namedStatementUse = use.withBody(lexer.tokenStart() - offset);
    }
  }

  private void leaves(int kind) {
    flags |= LEAVES_STATE;
    effects.add(kind);
  }

  private void deallocate() {
    effects.add(SessionEffects.ENDS);
    use(NamedStatementUse.Kind.DEALLOCATE);
    if (tokens.keyword() == Word.PREPARE) {
      NamedStatementUse calledPrepare = namedStatementUse;
      use(NamedStatementUse.Kind.DEALLOCATE);
      if (tokens.atEnd()) {
        namedStatementUse = calledPrepare;
      }
    }
    if (tokens.keyword() == Word.ALL) {
      namedStatementUse = null;
    }
  }

  /** Reads the name of a prepared statement, which is the next token. */
  private void use(NamedStatementUse.Kind kind) {
    flags |= CHANGES_STATEMENTS;
    tokens.advance();
    namedStatementUse = named(kind);
  }

  private @Nullable NamedStatementUse named(NamedStatementUse.Kind kind) {
    return switch (tokens.token()) {
      case WORD, QUOTED_NAME ->
          Identifiers.use(kind, text, offset, lexer.tokenStart(), lexer.tokenEnd());
      default -> null;
    };
  }

  private void discard() {
    leaves(SessionEffects.ENDS);
    flags |= LOCAL_SETTINGS;
    tokens.advance();
    if (tokens.keyword() == Word.ALL) {
      effects.add(SessionEffects.RESETS_ALL);
      flags |= CHANGES_STATEMENTS;
    }
  }

  private void declare() {
    tokens.watchForWrites();
    while (!tokens.atEnd()) {
      tokens.advance();
      if (tokens.keyword() == Word.HOLD && tokens.previous() == Word.WITH) {
        leaves(SessionEffects.HELD_CURSOR);
      }
    }
  }

  private void explain() {
    tokens.advance();
    if (tokens.token() == Token.LEFT_PAREN) {
      while (tokens.parentheses() > 0 && !tokens.atEnd()) {
        runsIfAnalyze();
        tokens.advance();
      }
      tokens.advance();
    }
    while (tokens.keyword() == Word.ANALYZE
        || tokens.keyword() == Word.ANALYSE
        || tokens.keyword() == Word.VERBOSE) {
      runsIfAnalyze();
      tokens.advance();
    }
    switch (tokens.keyword()) {
      case EXECUTE -> use(NamedStatementUse.Kind.EXECUTE);
      case CREATE -> create();
      default -> {}
    }
  }

  private void runsIfAnalyze() {
    if (tokens.keyword() == Word.ANALYZE || tokens.keyword() == Word.ANALYSE) {
      flags |= MAY_WRITE;
    }
  }

  private void create() {
    flags |= MAY_WRITE;
    tokens.advance();
    if (tokens.keyword() == Word.OR) {
      tokens.advance();
      tokens.advance();
    }
    boolean routine = tokens.keyword() == Word.FUNCTION || tokens.keyword() == Word.PROCEDURE;
    boolean sawAs = false;
    while (!tokens.atEnd()) {
      tokens.advance();
      if (routine
          && tokens.keyword() == Word.ATOMIC
          && tokens.previous() == Word.BEGIN
          && tokens.parentheses() == 0) {
        routineBody();
      } else if (tokens.keyword() == Word.AS && !sawAs && tokens.parentheses() == 0) {
        sawAs = true;
        tokens.advance();
        if (tokens.keyword() == Word.EXECUTE) {
          use(NamedStatementUse.Kind.EXECUTE);
        }
      }
    }
  }

  /**
   * Reads {@code BEGIN ATOMIC ... END}, in which semicolons do not end the statement. Only an END
   * at a statement's beginning ends it; that of a CASE never stands there.
   */
  private void routineBody() {
    tokens.advance();
    while (tokens.token() != Token.END) {
      switch (tokens.keyword()) {
        case END -> {
          tokens.advance();
          return;
        }
        case SELECT, INSERT, UPDATE, DELETE, MERGE, RETURN, VALUES, TABLE, WITH -> {}
        default -> flags |= tokens.token() == Token.LEFT_PAREN ? 0 : NOT_UNDERSTOOD;
      }
      tokens.skipToEnd();
      tokens.advance();
    }
  }
}
