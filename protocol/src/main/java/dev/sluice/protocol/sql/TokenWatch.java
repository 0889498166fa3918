package dev.sluice.protocol.sql;

import static dev.sluice.protocol.sql.StatementTraits.LEAVES_STATE;
import static dev.sluice.protocol.sql.StatementTraits.LOCAL_SETTINGS;
import static dev.sluice.protocol.sql.StatementTraits.MAY_WRITE;
import static dev.sluice.protocol.sql.StatementTraits.NOT_UNDERSTOOD;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a text's tokens and notes what counts wherever it stands: names that leave state,
 * quotations that do not end, and the words that make a read a write. So no token can be passed
 * over without having been looked at.
 */
final class TokenWatch {
  private final SqlLexer lexer;
  private final byte[] text;
  private final EffectsWatch effects;
  private final SetConfigCall setConfig;

  private Token token = Token.END;
  private Word keyword = Word.NONE;
  private Word previous = Word.NONE;
  private Word beforePrevious = Word.NONE;
  private int parentheses;

  private boolean watchingForWrites;
  private boolean sawUpdate;
  private boolean sawSettingsView;
  private int flags;

  TokenWatch(SqlLexer lexer, byte[] text, EffectsWatch effects) {
    this.lexer = lexer;
    this.text = text;
    this.effects = effects;
    this.setConfig = new SetConfigCall(effects);
  }

  Token token() {
    return token;
  }

  /**
   * The current token's keyword; NONE for names in quotes, which are no keywords, and for all else.
   */
  Word keyword() {
    return keyword;
  }

  /** The word that the current token is as a name, in quotes or without. */
  Word name() {
    return token == Token.WORD || token == Token.QUOTED_NAME ? lexer.word() : Word.NONE;
  }

  /** The name that the current token is, folded as PostgreSQL does; null if it is none. */
  @Nullable String nameText() {
    return token == Token.WORD || token == Token.QUOTED_NAME
        ? Identifiers.name(text, lexer.tokenStart(), lexer.tokenEnd())
        : null;
  }

  /** The keyword of the token before. */
  Word previous() {
    return previous;
  }

  /** How many parentheses are open since the statement began. */
  int parentheses() {
    return parentheses;
  }

  /** Flags that were noted, whatever the statements are. */
  int flags() {
    if (sawUpdate && sawSettingsView) {
      effects.setting(null);
      return flags | LEAVES_STATE | LOCAL_SETTINGS;
    }
    return flags;
  }

  /** Declares the current token the first of a statement, which is not known to be a read. */
  void beginStatement() {
    parentheses = token == Token.LEFT_PAREN ? 1 : 0;
    watchingForWrites = false;
  }

  /**
   * From here to the statement's end, the words of writing commands mean that this read is none.
   */
  void watchForWrites() {
    watchingForWrites = true;
  }

  /** True at the semicolon that ends the statement, or behind the text. */
  boolean atEnd() {
    return token == Token.END || (token == Token.SEMICOLON && parentheses <= 0);
  }

  void skipToEnd() {
    while (!atEnd()) {
      advance();
    }
  }

  void advance() {
    beforePrevious = previous;
    previous = keyword;
    token = lexer.next();
    keyword = token == Token.WORD ? lexer.word() : Word.NONE;
    switch (token) {
      case WORD -> {
        noteName(lexer.word());
        noteKeyword();
      }
      case QUOTED_NAME -> noteName(lexer.word());
      case LEFT_PAREN -> parentheses++;
      case RIGHT_PAREN -> parentheses--;
      case SUSPECT, UNTERMINATED -> flags |= NOT_UNDERSTOOD;
      default -> {}
    }
    if (setConfig.active()) {
      setConfig.token(token, keyword, parentheses, isComma(), plainString());
    }
    if (lexer.word() == Word.SET_CONFIG && (token == Token.WORD || token == Token.QUOTED_NAME)) {
      setConfig.named();
    }
    if (token == Token.END) {
      setConfig.end();
    }
  }

  private boolean isComma() {
    return token == Token.SYMBOL && text[lexer.tokenStart()] == ',';
  }

  /** What a constant in plain quotes says, if no character in it means anything else. */
  private @Nullable String plainString() {
    if (token != Token.STRING || text[lexer.tokenStart()] != '\'') {
      return null;
    }
    int start = lexer.tokenStart() + 1;
    int end = lexer.tokenEnd() - 1;
    for (int i = start; i < end; i++) {
      if (text[i] == '\'' || text[i] == '\\' || text[i] <= ' ') {
        return null;
      }
    }
    return new String(text, start, end - start, StandardCharsets.US_ASCII);
  }

  private void noteName(Word name) {
    switch (name.role()) {
      case LEAVES_STATE -> leaves(SessionEffects.OTHER);
      case LOCKS -> leaves(SessionEffects.ADVISORY_LOCK);
      case TEMPORARY -> leaves(SessionEffects.TEMPORARY);
      case ENDS_STATE -> effects.add(SessionEffects.ENDS);
      case SEQUENCE_VALUE -> effects.add(SessionEffects.SEQUENCE_VALUE);
      case SEQUENCE_USE -> effects.add(SessionEffects.SEQUENCE_USE);
      case RUNS_TEXT -> {
        leaves(SessionEffects.RUNS_CODE);
        flags |= LOCAL_SETTINGS;
      }
      case CHANGES_SETTINGS -> {
        flags |= LEAVES_STATE | LOCAL_SETTINGS;
        if (name == Word.SET_LIMIT) {
          effects.setting("pg_trgm.similarity_threshold");
        }
      }
      case PLAIN -> sawSettingsView |= name == Word.PG_SETTINGS;
      case REPORTED_SETTING -> {}
    }
  }

  private void leaves(int kind) {
    flags |= LEAVES_STATE;
    effects.add(kind);
  }

  private void noteKeyword() {
    switch (keyword) {
      case TEMP, TEMPORARY -> {
        if (createsWhatFollows()) {
          leaves(SessionEffects.TEMPORARY);
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
