package dev.sluice.protocol.sql;

import static dev.sluice.protocol.sql.StatementTraits.LEAVES_STATE;
import static dev.sluice.protocol.sql.StatementTraits.LOCAL_SETTINGS;
import static dev.sluice.protocol.sql.StatementTraits.SETS_REPORTED_ONLY;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a SET sets, and for how long: manual, "SET", "SET TRANSACTION", "SET CONSTRAINTS", "SET
 * ROLE".
 */
final class SetCommand {
  private static final List<String> IDENTITY = List.of("session_authorization", "role");
  private static final List<String> CHARACTERISTICS =
      List.of(
          "default_transaction_isolation",
          "default_transaction_read_only",
          "default_transaction_deferrable");

  private SetCommand() {}

  /** Reads on from the word SET, notes what is set for the session, and returns SET's flags. */
  static int read(TokenWatch tokens, EffectsWatch effects) {
    tokens.advance();
    Word name = settingName(tokens);
    String text = tokens.nameText();
    tokens.advance();
    boolean local = false;
    // With a dot behind them these words are no keywords: SET local.a = 1 sets a parameter of the
    // class "local".
    if ((name == Word.SESSION || name == Word.LOCAL) && tokens.token() != Token.DOT) {
      if (name == Word.SESSION && setsOfSession(tokens.keyword(), effects)) {
        return LOCAL_SETTINGS | LEAVES_STATE;
      }
      local = name == Word.LOCAL;
      name = settingName(tokens);
      text = tokens.nameText();
      tokens.advance();
    }
    if ((name == Word.TRANSACTION || name == Word.CONSTRAINTS) && tokens.token() != Token.DOT) {
      return 0;
    }
    // SET LOCAL SESSION CHARACTERISTICS and the like: odd enough to expect the worst.
    if (local && name != Word.SESSION) {
      return LOCAL_SETTINGS;
    }
    boolean reported = isReported(name, tokens);
    note(name, text, tokens, effects);
    return LOCAL_SETTINGS | (reported ? SETS_REPORTED_ONLY : LEAVES_STATE);
  }

  /** Reads on from the word RESET. */
  static void readReset(TokenWatch tokens, EffectsWatch effects) {
    tokens.advance();
    Word name = tokens.keyword();
    String text = tokens.nameText();
    tokens.advance();
    if (name == Word.ALL) {
      effects.add(SessionEffects.RESETS_ALL);
    } else if (name == Word.SESSION && tokens.keyword() == Word.AUTHORIZATION) {
      IDENTITY.forEach(effects::reset);
    } else {
      effects.reset(parameter(name, text, tokens));
    }
  }

  /** SESSION AUTHORIZATION and SESSION CHARACTERISTICS, seen from their second word. */
  private static boolean setsOfSession(Word second, EffectsWatch effects) {
    switch (second) {
      case AUTHORIZATION -> IDENTITY.forEach(effects::setting);
      case CHARACTERISTICS -> CHARACTERISTICS.forEach(effects::setting);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What is set, the current token being the one behind its first word. */
  private static void note(
      Word name, @Nullable String text, TokenWatch tokens, EffectsWatch effects) {
    if (name == Word.SESSION) {
      setsOfSession(tokens.keyword(), effects);
      return;
    }
    if (name == Word.SEED) {
      effects.add(SessionEffects.OTHER);
      return;
    }
    String parameter = parameter(name, text, tokens);
    if (tokens.keyword() == Word.TO || tokens.token() == Token.OPERATOR) {
      tokens.advance();
    }
    if (tokens.keyword() == Word.DEFAULT) {
      effects.reset(parameter);
    } else {
      effects.setting(parameter);
    }
  }

  /** The parameter's name, read to its end; null if it cannot be told. */
  private static @Nullable String parameter(Word name, @Nullable String text, TokenWatch tokens) {
    String parameter =
        switch (name) {
          case NAMES -> "client_encoding";
          case SCHEMA -> "search_path";
          case TIME -> "timezone";
          case XML -> "xmloption";
          default -> text;
        };
    while (tokens.token() == Token.DOT && parameter != null) {
      tokens.advance();
      String part = tokens.nameText();
      parameter = part == null ? null : parameter + "." + part;
      tokens.advance();
    }
    return parameter;
  }

  /**
   * The current token as the name of a parameter, which is the same in quotes and in any case of
   * letters.
   */
  private static Word settingName(TokenWatch tokens) {
    boolean reported = tokens.name().role() == Word.Role.REPORTED_SETTING;
    return reported ? tokens.name() : tokens.keyword();
  }

  private static boolean isReported(Word name, TokenWatch tokens) {
    return tokens.token() != Token.DOT
        && (name.role() == Word.Role.REPORTED_SETTING
            || name == Word.NAMES
            || (name == Word.TIME && tokens.keyword() == Word.ZONE));
  }
}
