package dev.sluice.protocol.sql;

import static dev.sluice.protocol.sql.StatementTraits.LEAVES_STATE;
import static dev.sluice.protocol.sql.StatementTraits.LOCAL_SETTINGS;
import static dev.sluice.protocol.sql.StatementTraits.SETS_REPORTED_ONLY;

/**
 * What a SET sets, and for how long: manual, "SET", "SET TRANSACTION", "SET CONSTRAINTS", "SET
 * ROLE".
 */
final class SetCommand {
  private SetCommand() {}

  /** Reads on from the word SET and returns its flags. */
  static int read(TokenWatch tokens) {
    tokens.advance();
    Word name = settingName(tokens);
    tokens.advance();
    boolean local = false;
    // With a dot behind them these words are no keywords: SET local.a = 1 sets a parameter of the
    // class "local".
    if ((name == Word.SESSION || name == Word.LOCAL) && tokens.token() != Token.DOT) {
      local = name == Word.LOCAL;
      name = settingName(tokens);
      tokens.advance();
    }
    if ((name == Word.TRANSACTION || name == Word.CONSTRAINTS) && tokens.token() != Token.DOT) {
      return 0;
    }
    // SET LOCAL SESSION CHARACTERISTICS and the like: odd enough to expect the worst.
    if (local && name != Word.SESSION) {
      return LOCAL_SETTINGS;
    }
    return LOCAL_SETTINGS | (isReported(name, tokens) ? SETS_REPORTED_ONLY : LEAVES_STATE);
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
