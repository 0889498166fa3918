package dev.sluice.protocol.sql;

/** Finds the traits of a statement's text in one pass. */
public final class StatementAnalyzer {
  private StatementAnalyzer() {}

  /**
   * Analyses a text in UTF-8 or another encoding in which bytes below 128 are always ASCII.
   *
   * @param standardConformingStrings the session's setting when PostgreSQL will parse the text:
   *     whether a backslash is an ordinary character in {@code '...'}
   */
  public static StatementTraits analyze(
      byte[] text, int offset, int length, boolean standardConformingStrings) {
    return StatementTraits.UNKNOWN;
  }
}
