package dev.sluice.protocol.sql;

import org.jspecify.annotations.Nullable;

/**
 * Watches a call of {@code set_config(name, value, is_local)}: which parameter, and whether only
 * for the transaction (manual, "System Administration Functions"). What is not written as plain
 * constants is taken for any parameter.
 */
final class SetConfigCall {
  private final EffectsWatch effects;
  private boolean expected;
  private int depth;
  private int argument;
  private int tokensInArgument;
  private @Nullable String name;
  private boolean local;

  SetConfigCall(EffectsWatch effects) {
    this.effects = effects;
  }

  /** A call has begun and has not ended. */
  boolean active() {
    return expected || depth > 0;
  }

  /** The function's name was read. */
  void named() {
    if (depth > 0 || expected) {
      // One within the other: not worth telling apart.
      effects.setting(null);
    }
    expected = true;
  }

  /**
   * Takes the next token.
   *
   * @param parentheses how many are open behind the token
   * @param constant what the token says if it is a plain string
   */
  void token(Token token, Word keyword, int parentheses, boolean comma, @Nullable String constant) {
    if (expected) {
      expected = false;
      if (token == Token.LEFT_PAREN) {
        depth = parentheses;
        argument = 0;
        tokensInArgument = 0;
        name = null;
        local = false;
      } else if (token != Token.WORD) {
        // A name in quotes or a mention that is no call.
        effects.setting(null);
      }
      return;
    }
    if (depth == 0) {
      return;
    }
    if (token == Token.RIGHT_PAREN && parentheses < depth) {
      depth = 0;
      if (!local) {
        effects.setting(name);
      }
    } else if (comma && parentheses == depth) {
      argument++;
      tokensInArgument = 0;
    } else {
      tokensInArgument++;
      if (argument == 0) {
        name = tokensInArgument == 1 ? constant : null;
      } else if (argument == 2) {
        local = tokensInArgument == 1 && keyword == Word.TRUE;
      }
    }
  }

  /** The text is over. */
  void end() {
    if (depth > 0 || expected) {
      effects.setting(null);
    }
  }
}
