package dev.sluice.config.load;

import dev.sluice.config.Key;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One key of a section.
 *
 * @param name as it is written
 * @param component the record component it becomes
 * @param absent the value when it is not written; null for none, also when the key is required
 */
record Field(
    String name,
    String component,
    ValueType type,
    boolean nullable,
    boolean required,
    Key key,
    @Nullable Object absent) {

  /** {@code maxLagBytes} to {@code max-lag-bytes}. */
  static String nameOf(String component) {
    return component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The value as it would be written; the word for zero where there is one. */
  String render(@Nullable Object value) {
    if (!key.zero().isEmpty() && Integer.valueOf(0).equals(value)) {
      return key.zero();
    }
    return type.render(value);
  }
}
