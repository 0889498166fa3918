package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.Token.Kind;
import java.util.List;

/** A position in the tokens of a string of console statements. */
final class TokenReader {
  private final String source;
  private final List<Token> tokens;
  private int at;

  TokenReader(String source) throws ConsoleException {
    this.source = source;
    this.tokens = Tokenizer.tokenize(source);
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The token at the position, which then moves on; the end is never passed. */
  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  /** Moves past this keyword if it is next. */
  boolean accept(String word) {
    boolean found = peek().is(word);
    if (found) {
      next();
    }
    return found;
  }

  boolean acceptSymbol(String symbol) {
    boolean found = peek().isSymbol(symbol);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String word) throws ConsoleException {
    if (!accept(word)) {
      throw unexpected();
    }
  }

  /** A word in lower case, or a quoted identifier as it is written. */
  String expectName() throws ConsoleException {
    if (!peek().isName()) {
      throw unexpected();
    }
    return next().text();
  }

  void expectEnd() throws ConsoleException {
    if (!peek().endsStatement()) {
      throw unexpected();
    }
  }

  void skipToEnd() {
    while (!peek().endsStatement()) {
      next();
    }
  }

  /** The syntax error that the next token is. */
  ConsoleException unexpected() {
    Token token = peek();
    return token.kind() == Kind.END
        ? ConsoleErrors.syntax("syntax error at end of input")
        : ConsoleErrors.syntaxAt("syntax error", source.substring(token.start(), token.end()));
  }
}
