package dev.sluice.config;

import java.util.Locale;

/** An enum constant whose word in the file is not its name in lower case with hyphens. */
public interface Worded {
  /** The word as it is written in the configuration. */
  String word();

  /**
   * The word that stands for an enum constant in the configuration, the console and the metrics.
   */
  static String wordOf(Enum<?> constant) {
    return constant instanceof Worded worded
        ? worded.word()
        : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
