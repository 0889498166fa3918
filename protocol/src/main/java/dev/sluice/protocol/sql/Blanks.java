package dev.sluice.protocol.sql;

/** White space and comments: manual, "Comments". */
final class Blanks {
  private Blanks() {}

  /**
   * Returns the index of the next token, the end if there is none, or -1 if a block comment does
   * not end.
   */
  static int skip(byte[] text, int from, int end) {
    int p = from;
    while (p < end) {
      byte b = text[p];
      if (Chars.kind(b) == Chars.SPACE) {
        p++;
      } else if (b == '-' && commentBeginsAt(text, p, end)) {
        p = skipLine(text, p, end);
      } else if (b == '/' && commentBeginsAt(text, p, end)) {
        p = skipBlockComment(text, p, end);
        if (p < 0) {
          return -1;
        }
      } else {
        return p;
      }
    }
    return p;
  }

  static boolean commentBeginsAt(byte[] text, int index, int end) {
    if (index + 1 >= end) {
      return false;
    }
    byte next = text[index + 1];
    return switch (text[index]) {
      case '-' -> next == '-';
      case '/' -> next == '*';
      default -> false;
    };
  }

  private static int skipLine(byte[] text, int from, int end) {
    int p = from;
    while (p < end && text[p] != '\n' && text[p] != '\r') {
      p++;
    }
    return p;
  }

  private static int skipBlockComment(byte[] text, int from, int end) {
    int depth = 0;
    int p = from;
    while (p + 1 < end) {
      if (commentBeginsAt(text, p, end) && text[p] == '/') {
        depth++;
        p += 2;
      } else if (text[p] == '*' && text[p + 1] == '/') {
        depth--;
        p += 2;
        if (depth == 0) {
          return p;
        }
      } else {
        p++;
      }
    }
    return -1;
  }

  /**
   * A string goes on when only white space with a newline (line comments count) stands before the
   * next quote: manual, "String Constants". It matters because the backslashes there keep the
   * meaning that they had in the first part.
   *
   * @param from the index behind the quote that seems to end the string
   * @return the index behind the next part's opening quote, or -1
   */
  static int stringContinues(byte[] text, int from, int end) {
    boolean newline = false;
    int p = from;
    while (p < end) {
      byte b = text[p];
      if (Chars.kind(b) == Chars.SPACE) {
        newline |= b == '\n' || b == '\r';
        p++;
      } else if (b == '-' && commentBeginsAt(text, p, end)) {
        p = skipLine(text, p, end);
      } else {
        return b == '\'' && newline ? p + 1 : -1;
      }
    }
    return -1;
  }
}
