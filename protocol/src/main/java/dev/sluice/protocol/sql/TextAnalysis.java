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
  private final byte[] text;
  private final int offset;

  private Token token = Token.END;

  /** The current token's keyword, NONE for other tokens and for names in quotes. */
  private Word keyword = Word.NONE;

  private Word previous = Word.NONE;
  private Word beforePrevious = Word.NONE;
  private int parentheses;

  /** True while the words of writing commands, where they stand, mean that a read is none. */
  private boolean watchingForWrites;

  private boolean sawUpdate;
  private boolean sawSettingsView;

  private int flags;
  private int statements;
  private int firstStatementEnd = WHOLE_TEXT;
  private @Nullable NamedStatementUse namedStatementUse;

  TextAnalysis(byte[] text, int offset, int length, boolean standardConformingStrings) {
    this.lexer = new SqlLexer(text, offset, length, standardConformingStrings);
    this.text = text;
    this.offset = offset;
  }

  StatementTraits run() {
    advance();
    while (token != Token.END) {
      if (token == Token.SEMICOLON) {
        advance();
      } else {
        statements++;
        parentheses = token == Token.LEFT_PAREN ? 1 : 0;
        statement();
        watchingForWrites = false;
        skipToEnd();
        if (statements == 1) {
          firstStatementEnd = lexer.tokenEnd() - offset;
        }
      }
    }
    return traits();
  }

  private StatementTraits traits() {
    if (statements == 0 && (flags & NOT_UNDERSTOOD) == 0) {
      flags |= EMPTY;
    }
    if (statements > 1) {
      flags |= MULTIPLE;
    }
    if (sawUpdate && sawSettingsView) {
      flags |= LEAVES_STATE | LOCAL_SETTINGS;
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
        flags, statements > 1 ? firstStatementEnd : WHOLE_TEXT, single ? namedStatementUse : null);
  }

  private void statement() {
    switch (keyword) {
      case SELECT, VALUES, TABLE, WITH -> watchForWrites();
      case NONE -> parenthesised();
      case SHOW, FETCH, MOVE, CLOSE, SAVEPOINT, RELEASE -> {}
      case INSERT, UPDATE, DELETE, MERGE -> flags |= MAY_WRITE;
      case BEGIN -> flags |= BEGINS;
      case START -> {
        advance();
        flags |= keyword == Word.TRANSACTION ? BEGINS : NOT_UNDERSTOOD;
      }
      case COMMIT, END -> commit();
      case ROLLBACK, ABORT -> rollback();
      case SET -> set();
      case RESET -> flags |= LEAVES_STATE | LOCAL_SETTINGS;
      case DECLARE -> declare();
      case EXPLAIN -> explain();
      case PREPARE -> prepare();
      case EXECUTE -> {
        flags |= MAY_WRITE;
        use(NamedStatementUse.Kind.EXECUTE);
      }
      case DEALLOCATE -> deallocate();
      case DISCARD -> discard();
      case UNLISTEN -> flags |= LEAVES_STATE;
      case LISTEN, LOAD -> flags |= LEAVES_STATE | MAY_WRITE;
      case DO, CALL -> flags |= LEAVES_STATE | LOCAL_SETTINGS | MAY_WRITE;
      case COPY -> flags |= COPY | MAY_WRITE;
      case CREATE -> create();
      case ALTER,
          ANALYSE,
          ANALYZE,
          CHECKPOINT,
          CLUSTER,
          COMMENT,
          DROP,
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
    while (token == Token.LEFT_PAREN) {
      advance();
    }
    switch (keyword) {
      case SELECT, VALUES, TABLE, WITH -> watchForWrites();
      default -> flags |= NOT_UNDERSTOOD;
    }
  }

  private void watchForWrites() {
    watchingForWrites = true;
    skipToEnd();
  }

  private void commit() {
    boolean mayBePrepared = keyword == Word.COMMIT;
    advance();
    flags |= COMMITS;
    if (mayBePrepared && keyword == Word.PREPARED) {
      flags |= TWO_PHASE | MAY_WRITE;
    } else {
      endOfBlock();
    }
  }

  private void rollback() {
    boolean mayBePrepared = keyword == Word.ROLLBACK;
    advance();
    if (mayBePrepared && keyword == Word.PREPARED) {
      flags |= TWO_PHASE | MAY_WRITE;
      return;
    }
    if (keyword == Word.WORK || keyword == Word.TRANSACTION) {
      advance();
    }
    if (keyword != Word.TO) {
      flags |= ROLLS_BACK;
      endOfBlock();
    }
  }

  private void endOfBlock() {
    if (keyword == Word.WORK || keyword == Word.TRANSACTION) {
      advance();
    }
    if (keyword == Word.AND) {
      advance();
      boolean chain = keyword != Word.NO;
      if (!chain) {
        advance();
      }
      if (keyword == Word.CHAIN) {
        flags |= chain ? CHAINS : 0;
        advance();
      }
    }
    exitsIfFirst();
  }

  /**
   * Only a statement without anything behind it: with it, PostgreSQL answers a syntax error and the
   * block goes on.
   */
  private void exitsIfFirst() {
    if (statements == 1 && atEnd()) {
      flags |= EXITS_FAILED_BLOCK;
    }
  }

  private void prepare() {
    advance();
    if (keyword == Word.TRANSACTION) {
      advance();
      // Otherwise it prepares a statement that is called "transaction".
      if (token == Token.STRING) {
        flags |= COMMITS | TWO_PHASE | MAY_WRITE;
        advance();
        exitsIfFirst();
        return;
      }
    }
    flags |= LEAVES_STATE | CHANGES_STATEMENTS | MAY_WRITE;
  }

  private void deallocate() {
    use(NamedStatementUse.Kind.DEALLOCATE);
    if (keyword == Word.PREPARE) {
      NamedStatementUse calledPrepare = namedStatementUse;
      use(NamedStatementUse.Kind.DEALLOCATE);
      if (atEnd()) {
        namedStatementUse = calledPrepare;
      }
    }
    if (keyword == Word.ALL) {
      namedStatementUse = null;
    }
  }

  /** Reads the name of a prepared statement, which is the next token. */
  private void use(NamedStatementUse.Kind kind) {
    flags |= CHANGES_STATEMENTS;
    advance();
    namedStatementUse =
        switch (token) {
          case WORD, QUOTED_NAME ->
              Identifiers.use(kind, text, offset, lexer.tokenStart(), lexer.tokenEnd());
          default -> null;
        };
  }

  private void discard() {
    flags |= LEAVES_STATE | LOCAL_SETTINGS;
    advance();
    if (keyword == Word.ALL) {
      flags |= CHANGES_STATEMENTS;
    }
  }

  private void declare() {
    watchingForWrites = true;
    while (!atEnd()) {
      advance();
      if (keyword == Word.HOLD && previous == Word.WITH) {
        flags |= LEAVES_STATE;
      }
    }
  }

  private void explain() {
    advance();
    if (token == Token.LEFT_PAREN) {
      while (parentheses > 0 && !atEnd()) {
        runsIfAnalyze();
        advance();
      }
      advance();
    }
    while (keyword == Word.ANALYZE || keyword == Word.ANALYSE || keyword == Word.VERBOSE) {
      runsIfAnalyze();
      advance();
    }
    if (keyword == Word.EXECUTE) {
      use(NamedStatementUse.Kind.EXECUTE);
    }
  }

  private void runsIfAnalyze() {
    if (keyword == Word.ANALYZE || keyword == Word.ANALYSE) {
      flags |= MAY_WRITE;
    }
  }

  private void create() {
    flags |= MAY_WRITE;
    advance();
    if (keyword == Word.OR) {
      advance();
      advance();
    }
    boolean routine = keyword == Word.FUNCTION || keyword == Word.PROCEDURE;
    boolean sawAs = false;
    while (!atEnd()) {
      advance();
      if (routine && keyword == Word.ATOMIC && previous == Word.BEGIN && parentheses == 0) {
        routineBody();
      } else if (keyword == Word.AS && !sawAs && parentheses == 0) {
        sawAs = true;
        advance();
        if (keyword == Word.EXECUTE) {
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
    advance();
    while (token != Token.END) {
      switch (keyword) {
        case END -> {
          advance();
          return;
        }
        case SELECT, INSERT, UPDATE, DELETE, MERGE, RETURN, VALUES, TABLE, WITH -> {}
        default -> flags |= token == Token.LEFT_PAREN ? 0 : NOT_UNDERSTOOD;
      }
      skipToEnd();
      advance();
    }
  }

  private void set() {
    advance();
    Word name = settingName();
    advance();
    boolean local = false;
    // With a dot behind them these words are no keywords: SET local.a = 1 sets a parameter of the
    // class "local".
    if ((name == Word.SESSION || name == Word.LOCAL) && token != Token.DOT) {
      local = name == Word.LOCAL;
      name = settingName();
      advance();
    }
    if ((name == Word.TRANSACTION || name == Word.CONSTRAINTS) && token != Token.DOT) {
      return;
    }
    flags |= LOCAL_SETTINGS;
    // SET LOCAL SESSION CHARACTERISTICS and the like: odd enough to expect the worst.
    if (!local || name == Word.SESSION) {
      flags |= isReported(name) ? SETS_REPORTED_ONLY : LEAVES_STATE;
    }
  }

  /**
   * The current token as the name of a parameter, which is the same in quotes and in any case of
   * letters.
   */
  private Word settingName() {
    boolean quoted = token == Token.QUOTED_NAME;
    return quoted && lexer.word().role() == Word.Role.REPORTED_SETTING ? lexer.word() : keyword;
  }

  private boolean isReported(Word name) {
    return token != Token.DOT
        && (name.role() == Word.Role.REPORTED_SETTING
            || name == Word.NAMES
            || (name == Word.TIME && keyword == Word.ZONE));
  }

  private boolean atEnd() {
    return token == Token.END || (token == Token.SEMICOLON && parentheses == 0);
  }

  private void skipToEnd() {
    while (!atEnd()) {
      advance();
    }
  }

  private void advance() {
    beforePrevious = previous;
    previous = keyword;
    token = lexer.next();
    keyword = token == Token.WORD ? lexer.word() : Word.NONE;
    switch (token) {
      case WORD -> {
        name(lexer.word());
        keyword();
      }
      case QUOTED_NAME -> name(lexer.word());
      case LEFT_PAREN -> parentheses++;
      case RIGHT_PAREN -> parentheses--;
      case SUSPECT, UNTERMINATED -> flags |= NOT_UNDERSTOOD;
      default -> {}
    }
  }

  private void name(Word name) {
    switch (name.role()) {
      case LEAVES_STATE -> flags |= LEAVES_STATE;
      case CHANGES_SETTINGS -> flags |= LEAVES_STATE | LOCAL_SETTINGS;
      case PLAIN -> sawSettingsView |= name == Word.PG_SETTINGS;
      case REPORTED_SETTING -> {}
    }
  }

  private void keyword() {
    switch (keyword) {
      case TEMP, TEMPORARY -> {
        if (createsWhatFollows()) {
          flags |= LEAVES_STATE;
        }
      }
      case UPDATE -> {
        sawUpdate = true;
        writesIfWatching();
      }
      case INSERT, DELETE, MERGE, INTO -> writesIfWatching();
      case SHARE, NO, KEY -> {
        // FOR SHARE, FOR NO KEY UPDATE, FOR KEY SHARE: row locks are writes.
        if (previous == Word.FOR) {
          writesIfWatching();
        }
      }
      default -> {}
    }
  }

  private void writesIfWatching() {
    if (watchingForWrites) {
      flags |= MAY_WRITE;
    }
  }

  /** CREATE TEMP, SELECT INTO TEMP; but INSERT INTO temp is a table of that name. */
  private boolean createsWhatFollows() {
    return switch (previous) {
      case CREATE, REPLACE, GLOBAL, LOCAL -> true;
      case INTO -> beforePrevious != Word.INSERT && beforePrevious != Word.MERGE;
      default -> false;
    };
  }
}
