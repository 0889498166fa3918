package dev.sluice.protocol.sql;

/**
 * What PostgreSQL's scanner makes of single bytes. Bytes from 128 on belong to identifiers,
 * whatever the encoding.
 */
final class Chars {
  static final byte OTHER = 0;
  static final byte SPACE = 1;
  static final byte LETTER = 2;
  static final byte DIGIT = 3;
  static final byte DOLLAR = 4;
  static final byte OPERATOR = 5;

  private static final byte[] KINDS = kinds();
  private static final byte[] FOLDED = folded();

  private Chars() {}

  static byte kind(byte b) {
    return KINDS[b & 0xff];
  }

  /**
   * The byte in lower case if it can stand inside an identifier, else 0. Only ASCII letters are
   * folded.
   */
  static int foldInName(byte b) {
    return FOLDED[b & 0xff];
  }

  /** An operator may only end in + or - if it holds one of these. */
  static boolean letsOperatorEndInSign(byte b) {
    return "~!@#%^&|`?".indexOf(b) >= 0;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    for (int b = 0; b < 256; b++) {
      if (isLetter(b)) {
        kinds[b] = LETTER;
      }
    }
    for (int b = '0'; b <= '9'; b++) {
      kinds[b] = DIGIT;
    }
    for (char c : " \t\n\r\f\u000b".toCharArray()) {
      kinds[c] = SPACE;
    }
    for (char c : "~!@#^&|`?+-*/%<>=".toCharArray()) {
      kinds[c] = OPERATOR;
    }
    kinds['$'] = DOLLAR;
    return kinds;
  }

  private static byte[] folded() {
    byte[] folded = new byte[256];
    for (int b = 0; b < 256; b++) {
      if (isLetter(b) || (b >= '0' && b <= '9') || b == '$') {
        folded[b] = (byte) (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
      }
    }
    return folded;
  }

  private static boolean isLetter(int b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b >= 128;
  }
}
