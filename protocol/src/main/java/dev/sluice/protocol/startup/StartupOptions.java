package dev.sluice.protocol.startup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The startup parameter {@code options}, taken apart. */
public sealed interface StartupOptions {
  /** Settings in the order given, unmodifiable; of one that is given twice the last value. */
  record Settings(Map<String, String> values) implements StartupOptions {
    public Settings {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * The options hold something other than settings.
   *
   * @param argument the word that is not accepted
   * @param message says why, fit to be shown to the client
   */
  record Refused(String argument, String message) implements StartupOptions {}

  /**
   * Splits as PostgreSQL does: words end at white space, a backslash takes the next character as it
   * is. Accepted are {@code -c name=value}, {@code -cname=value} and {@code --name=value}; a hyphen
   * in a name stands for an underscore.
   */
  static StartupOptions parse(String options) {
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> words = split(options);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String setting;
      String display;
      if (word.equals("-c") && i + 1 < words.size()) {
        setting = words.get(++i);
        display = "-c " + setting;
      } else if (word.length() > 2 && (word.startsWith("-c") || word.startsWith("--"))) {
        setting = word.substring(2);
        display = word;
      } else {
        return new Refused(
            word,
            "unsupported switch \""
                + word
                + "\" in options: only -c name=value and --name=value are allowed");
      }
      int equals = setting.indexOf('=');
      if (equals <= 0) {
        return new Refused(display, display + " requires a value");
      }
      settings.put(setting.substring(0, equals).replace('-', '_'), setting.substring(equals + 1));
    }
    return new Settings(settings);
  }

  private static List<String> split(String options) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int i = 0;
    while (true) {
      while (i < options.length() && isSpace(options.charAt(i))) {
        i++;
      }
      if (i == options.length()) {
        return words;
      }
      word.setLength(0);
      while (i < options.length() && !isSpace(options.charAt(i))) {
        if (options.charAt(i) == '\\') {
          i++;
        }
        if (i < options.length()) {
          word.append(options.charAt(i++));
        }
      }
      words.add(word.toString());
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
