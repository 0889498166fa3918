package dev.sluice.proxy.auth.hba;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that finds its match anywhere in a name. Its engine takes time that is
 * linear in the name, which a client chooses. What PostgreSQL's expressions have and this engine
 * has not (back references, {@code \m}, {@code \y}) is refused, not read differently.
 */
final class NameRegex {
  private final Pattern pattern;

  private NameRegex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @param token what begins with a slash
   */
  static NameRegex parse(Token token) throws InvalidEntryException {
    String expression = token.text().substring(1);
    String different = readDifferently(expression);
    if (different != null) {
      throw new InvalidEntryException(
          different + " has another meaning in PostgreSQL; write " + token.text() + " without it");
    }
    try {
      // As in PostgreSQL, a dot is any character, and ^ and $ are the ends of the whole name.
      return new NameRegex(Pattern.compile(expression, Pattern.DOTALL));
    } catch (PatternSyntaxException e) {
      throw new InvalidEntryException(
          "the regular expression "
              + token.text()
              + " is not valid ("
              + e.getDescription()
              + "); write one without back references and look-around");
    }
  }

  /** {@code \b} and {@code \B}: a backspace and a backslash in PostgreSQL, here word limits. */
  private static @Nullable String readDifferently(String expression) {
    for (int i = 0; i + 1 < expression.length(); i++) {
      if (expression.charAt(i) == '\\') {
        i++;
        if (Character.toLowerCase(expression.charAt(i)) == 'b') {
          return expression.substring(i - 1, i + 1);
        }
      }
    }
    return null;
  }

  boolean found(String name) {
    return pattern.matcher(name).find();
  }

  int groups() {
    return pattern.groupCount();
  }

  /** What the first group matched, null if the expression does not; empty if the group did not. */
  @Nullable String firstGroup(String name) {
    Matcher matcher = pattern.matcher(name);
    if (!matcher.find()) {
      return null;
    }
    String group = matcher.group(1);
    return group == null ? "" : group;
  }

  @Override
  public String toString() {
    return "/" + pattern;
  }
}
