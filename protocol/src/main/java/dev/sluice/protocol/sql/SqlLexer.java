package dev.sluice.protocol.sql;

/**
 * Splits a text into tokens as PostgreSQL's scanner does (manual, "Lexical Structure"), so that
 * nothing inside a quotation or comment is taken for a command and no command for a quotation.
 * Allocates nothing per token. Where PostgreSQL 14 to 18 differ and both readings are accepted
 * somewhere, the token is {@link Token#SUSPECT}.
 */
public final class SqlLexer {
  private final byte[] text;
  private final int end;
  private final boolean standardConformingStrings;

  private int position;
  private int tokenStart;
  private Word word = Word.NONE;

  /**
   * True right behind a number or parameter, where some versions begin an identifier and others see
   * junk.
   */
  private boolean afterNumber;

  /**
   * Begins at the offset.
   *
   * @param standardConformingStrings whether a backslash is an ordinary character in {@code '...'}
   */
  public SqlLexer(byte[] text, int offset, int length, boolean standardConformingStrings) {
    this.text = text;
    this.position = offset;
    this.end = offset + length;
    this.standardConformingStrings = standardConformingStrings;
    this.tokenStart = offset;
  }

  /** Index in the array of the last token's first byte. */
  public int tokenStart() {
    return tokenStart;
  }

  /** Index in the array behind the last token's last byte. */
  public int tokenEnd() {
    return position;
  }

  /**
   * What the last token says if it was a WORD or QUOTED_NAME, in any case of letters; stale for
   * other kinds.
   */
  Word word() {
    return word;
  }

  /** Moves to the next token; END again and again once the text is over. */
  public Token next() {
    boolean numberBefore = afterNumber;
    afterNumber = false;
    int before = position;
    int after = Blanks.skip(text, before, end);
    if (after < 0) {
      tokenStart = before;
      return unterminated();
    }
    position = after;
    tokenStart = after;
    if (position == end) {
      return Token.END;
    }
    boolean adjacent = numberBefore && tokenStart == before;
    byte first = text[position];
    return switch (Chars.kind(first)) {
      case Chars.LETTER -> wordOrPrefixedString(first, adjacent);
      case Chars.DIGIT -> number();
      case Chars.OPERATOR -> operator();
      case Chars.DOLLAR -> adjacent ? single(Token.SUSPECT) : dollar();
      default ->
          switch (first) {
            case '\'' -> quoted(position + 1, !standardConformingStrings);
            case '"' -> quotedName();
            case '(' -> single(Token.LEFT_PAREN);
            case ')' -> single(Token.RIGHT_PAREN);
            case ';' -> single(Token.SEMICOLON);
            case '.' -> dot();
            case ',', ':', '[', ']' -> single(Token.SYMBOL);
            default -> single(Token.SUSPECT);
          };
    };
  }

  private Token dot() {
    if (isDigit(position + 1)) {
      return number();
    }
    if (at(position + 1) == '.') {
      position += 2;
      return Token.SYMBOL;
    }
    return single(Token.DOT);
  }

  private Token single(Token token) {
    position++;
    return token;
  }

  private Token wordOrPrefixedString(byte first, boolean adjacent) {
    byte second = at(position + 1);
    if (second == '\'') {
      switch (first) {
        case 'e', 'E' -> {
          return quoted(position + 2, true);
        }
        case 'n', 'N' -> {
          // The same as the string without its N, so the setting decides.
          return quoted(position + 2, !standardConformingStrings);
        }
        case 'b', 'B', 'x', 'X' -> {
          return bitString(position + 2);
        }
        default -> {}
      }
    } else if (second == '&' && (first == 'u' || first == 'U')) {
      if (at(position + 2) == '\'') {
        return quoted(position + 3, false);
      }
      if (at(position + 2) == '"') {
        position += 2;
        return quotedName() == Token.UNTERMINATED ? Token.UNTERMINATED : Token.SUSPECT;
      }
    }
    return word(adjacent);
  }

  private Token word(boolean adjacent) {
    int p = position;
    int hash = 0;
    boolean dollar = false;
    while (p < end) {
      int folded = Chars.foldInName(text[p]);
      if (folded == 0) {
        break;
      }
      dollar |= folded == '$';
      hash = WordIndex.hash(hash, folded);
      p++;
    }
    word = WordIndex.find(text, position, p, hash);
    position = p;
    // 0x1F$$ is a number and a quotation since PostgreSQL 16; before, a number and the name x1F$$.
    return adjacent && dollar ? Token.SUSPECT : Token.WORD;
  }

  private Token quotedName() {
    int start = position + 1;
    int p = start;
    int hash = 0;
    boolean doubled = false;
    while (p < end) {
      if (text[p] == '"') {
        if (at(p + 1) != '"') {
          word = doubled ? Word.NONE : WordIndex.find(text, start, p, hash);
          position = p + 1;
          return Token.QUOTED_NAME;
        }
        doubled = true;
        p++;
      }
      hash = WordIndex.hash(hash, Chars.foldInName(text[p]));
      p++;
    }
    return unterminated();
  }

  private Token bitString(int start) {
    for (int p = start; p < end; p++) {
      if (text[p] == '\'') {
        position = p + 1;
        return Token.STRING;
      }
    }
    return unterminated();
  }

  /**
   * Reads to the end of {@code '...'} from behind its opening quote, and through what continues it
   * on later lines.
   */
  private Token quoted(int start, boolean escapes) {
    int p = start;
    while (p < end) {
      byte b = text[p];
      if (b == '\\' && escapes) {
        p += 2;
      } else if (b != '\'') {
        p++;
      } else if (at(p + 1) == '\'') {
        p += 2;
      } else {
        int continued = escapes ? Blanks.stringContinues(text, p + 1, end) : -1;
        if (continued < 0) {
          position = p + 1;
          return Token.STRING;
        }
        p = continued;
      }
    }
    return unterminated();
  }

  private Token number() {
    int p = digits(position);
    if (at(p) == '.' && at(p + 1) != '.') {
      p = digits(p + 1);
    }
    if (at(p) == 'e' || at(p) == 'E') {
      int exponent = at(p + 1) == '+' || at(p + 1) == '-' ? p + 2 : p + 1;
      if (isDigit(exponent)) {
        p = digits(exponent);
      }
    }
    position = p;
    afterNumber = true;
    return Token.NUMBER;
  }

  private Token dollar() {
    if (isDigit(position + 1)) {
      position = digits(position + 1);
      afterNumber = true;
      return Token.PARAMETER;
    }
    int p = position + 1;
    while (p < end && Chars.foldInName(text[p]) != 0 && text[p] != '$') {
      p++;
    }
    if (at(p) != '$') {
      return single(Token.SUSPECT);
    }
    int delimiter = p + 1 - position;
    for (int close = p + 1; close + delimiter <= end; close++) {
      if (text[close] == '$' && repeats(close, delimiter)) {
        position = close + delimiter;
        return Token.STRING;
      }
    }
    return unterminated();
  }

  private boolean repeats(int at, int length) {
    for (int i = 1; i < length; i++) {
      if (text[at + i] != text[position + i]) {
        return false;
      }
    }
    return true;
  }

  private Token operator() {
    int p = position + 1;
    boolean mayEndInSign = Chars.letsOperatorEndInSign(text[position]);
    while (p < end
        && Chars.kind(text[p]) == Chars.OPERATOR
        && !Blanks.commentBeginsAt(text, p, end)) {
      mayEndInSign |= Chars.letsOperatorEndInSign(text[p]);
      p++;
    }
    // "a=-1" is "=" and "-1": manual, "Operators".
    while (!mayEndInSign && p > position + 1 && (text[p - 1] == '+' || text[p - 1] == '-')) {
      p--;
    }
    position = p;
    return Token.OPERATOR;
  }

  private int digits(int from) {
    int p = from;
    while (isDigit(p)) {
      p++;
    }
    return p;
  }

  private boolean isDigit(int index) {
    byte b = at(index);
    return b >= '0' && b <= '9';
  }

  /** The byte at an index, or 0 behind the end. */
  private byte at(int index) {
    return index < end ? text[index] : 0;
  }

  private Token unterminated() {
    position = end;
    return Token.UNTERMINATED;
  }
}
