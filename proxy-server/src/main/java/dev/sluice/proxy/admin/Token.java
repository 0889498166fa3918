package dev.sluice.proxy.admin;

/**
 * A token of a console statement.
 *
 * @param text what it means: a word in lower case, the content of a quoted identifier or a string,
 *     a number or a symbol as it stands
 * @param start index of its first character in the statement
 * @param end index behind its last character
 */
record Token(Kind kind, String text, int start, int end) {
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    PARAMETER,
    SYMBOL,
    END
  }

  /** Whether it is this keyword; a quoted identifier never is. */
  boolean is(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** Whether a statement ends here. */
  boolean endsStatement() {
    return kind == Kind.END || isSymbol(";");
  }
}
