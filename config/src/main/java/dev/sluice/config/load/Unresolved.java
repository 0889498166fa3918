package dev.sluice.config.load;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

/**
 * Stands for a substitution that nothing provides, so that the rest of the file can still be read.
 */
final class Unresolved {
  /** No value can contain it: a zero byte is refused in every text. */
  static final String MARK = "\0unresolved\0";

  private Unresolved() {}

  /** Whether the value was reported as unresolved and must not be reported again. */
  static boolean isMarked(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        && value.unwrapped() instanceof String text
        && text.contains(MARK);
  }
}
