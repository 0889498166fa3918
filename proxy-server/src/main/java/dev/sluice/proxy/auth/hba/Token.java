package dev.sluice.proxy.auth.hba;

/**
 * A word of a file.
 *
 * @param text without its quotes
 * @param quoted whether it begins with a quote: then it is a name and never a keyword
 */
record Token(String text, boolean quoted) {
  boolean isKeyword(String keyword) {
    return !quoted && text.equals(keyword);
  }

  /** A regular expression, also in quotes: those are for the commas and blanks in it. */
  boolean isRegex() {
    return text.startsWith("/");
  }

  boolean isFileReference() {
    return !quoted && text.length() > 1 && text.startsWith("@");
  }

  /** Not that of a role with a quoted name. */
  boolean isRoleMembership() {
    return !quoted && text.startsWith("+");
  }
}
