package dev.sluice.protocol.sql;

/** Kinds of tokens; white space and comments are none. */
public enum Token {
  /** The text is over. */
  END,
  /** An identifier or keyword without quotes. */
  WORD,
  /** An identifier in double quotes. */
  QUOTED_NAME,
  /** A constant in single quotes, of any kind, or in dollar quotes. */
  STRING,
  NUMBER,
  /** {@code $1}. */
  PARAMETER,
  OPERATOR,
  SEMICOLON,
  LEFT_PAREN,
  RIGHT_PAREN,
  DOT,
  /** A comma, a colon, a square bracket, or two dots. */
  SYMBOL,
  /**
   * What PostgreSQL refuses, or what its versions read differently; and {@code U&"..."}, whose name
   * is not decoded here.
   */
  SUSPECT,
  /** A quotation or block comment that the text's end cuts off; {@link #END} follows. */
  UNTERMINATED
}
