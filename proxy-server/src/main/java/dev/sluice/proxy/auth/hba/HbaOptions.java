package dev.sluice.proxy.auth.hba;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options behind a rule's method: {@code name=value}. Knows which have been asked for. */
final class HbaOptions {
  private final Map<String, String> values;
  private final Set<String> used = new LinkedHashSet<>();

  private HbaOptions(Map<String, String> values) {
    this.values = values;
  }

  static HbaOptions parse(Fields fields) throws InvalidEntryException {
    Map<String, String> values = new LinkedHashMap<>();
    while (fields.hasNext()) {
      for (Token token : fields.list("an option")) {
        int equals = token.text().indexOf('=');
        if (equals < 1) {
          throw new InvalidEntryException(
              "\"" + token.text() + "\" is not an option; write name=value");
        }
        String name = token.text().substring(0, equals);
        if (values.put(name, token.text().substring(equals + 1)) != null) {
          throw new InvalidEntryException("the option " + name + " is given twice; keep one");
        }
      }
    }
    return new HbaOptions(values);
  }

  @Nullable String take(String name) {
    used.add(name);
    return values.get(name);
  }

  boolean takeFlag(String name) throws InvalidEntryException {
    String value = take(name);
    if (value == null || value.equals("0")) {
      return false;
    }
    if (value.equals("1")) {
      return true;
    }
    throw new InvalidEntryException(name + "=" + value + " is not valid; write 0 or 1");
  }

  boolean anyBeginsWith(String prefix) {
    return values.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** What nobody has asked for does nothing, and is a mistake. */
  void requireAllUsed(String method) throws InvalidEntryException {
    for (String name : values.keySet()) {
      if (!used.contains(name)) {
        throw new InvalidEntryException(
            "the option "
                + name
                + " is unknown or not one of method "
                + method
                + "; valid are "
                + String.join(", ", used));
      }
    }
  }
}
