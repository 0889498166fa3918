package dev.sluice.it.differential;

import dev.sluice.it.wire.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words of a line of a case file: separated by spaces, in single quotes where they contain
 * some.
 */
final class Words {
  private static final Pattern REPEATED = Pattern.compile("\\{\\{(.+?)\\*(\\d+)}}", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("(?:[^\\s']|'(?:[^']|'')*')+");

  private final Deque<String> words = new ArrayDeque<>();

  Words(String line) {
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      words.add(matcher.group());
    }
  }

  boolean more() {
    return !words.isEmpty();
  }

  String next() {
    return unquoted(words.remove());
  }

  /** A name; {@code -} is the empty one. */
  String name() {
    String name = next();
    return name.equals("-") ? "" : name;
  }

  /** Takes {@code key=1,2,3} if it comes next. */
  Optional<List<Integer>> numbers(String key) {
    String word = words.peek();
    if (word == null || !word.startsWith(key + "=")) {
      return Optional.empty();
    }
    return Optional.of(integers(words.remove().substring(key.length() + 1)));
  }

  /** {@code 1,2,3}, or {@code -} for none. */
  static List<Integer> integers(String text) {
    List<Integer> numbers = new ArrayList<>();
    if (!text.equals("-")) {
      for (String number : text.split(",", -1)) {
        numbers.add(Integer.parseUnsignedInt(number));
      }
    }
    return numbers;
  }

  /**
   * All that is left, as values of a Bind: {@code null}, {@code \x0f} for octets, anything else
   * text.
   */
  List<@Nullable Bytes> values() {
    List<@Nullable Bytes> values = new ArrayList<>();
    while (more()) {
      String word = words.remove();
      if (word.equals("null")) {
        values.add(null);
      } else if (word.startsWith("\\x")) {
        values.add(Bytes.ofHex(word.substring(2)));
      } else {
        values.add(Bytes.of(expand(unquoted(word))));
      }
    }
    return values;
  }

  /** Replaces {@code {{a*3}}} by {@code aaa}. */
  static String expand(String text) {
    return REPEATED
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(match.group(1).repeat(Integer.parseInt(match.group(2)))));
  }

  private static String unquoted(String word) {
    if (word.indexOf('\'') < 0) {
      return word;
    }
    StringBuilder text = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c != '\'') {
        text.append(c);
      } else if (quoted && i + 1 < word.length() && word.charAt(i + 1) == '\'') {
        text.append('\'');
        i++;
      } else {
        quoted = !quoted;
      }
    }
    return text.toString();
  }
}
