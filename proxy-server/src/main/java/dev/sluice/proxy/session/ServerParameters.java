package dev.sluice.proxy.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL reports of itself by ParameterStatus, in its order and spelling (manual,
 * "Asynchronous Operations"). Immutable; one object is shared by all backends that reported the
 * same at login.
 */
public record ServerParameters(Map<String, String> values) {
  public static final ServerParameters NONE = new ServerParameters(Map.of());

  /** Reported parameters that a session can set, in lower case: these follow a client around. */
  public static final Set<String> SETTABLE =
      Set.of(
          "application_name",
          "client_encoding",
          "datestyle",
          "default_transaction_read_only",
          "intervalstyle",
          "scram_iterations",
          "search_path",
          "session_authorization",
          "standard_conforming_strings",
          "timezone");

  public ServerParameters {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The value of a parameter, its name without regard to case. */
  public @Nullable String get(String name) {
    String exact = values.get(name);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, String> entry : values.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  public ServerParameters with(String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return new ServerParameters(changed);
  }

  public static boolean settable(String name) {
    return SETTABLE.contains(SettingsProfile.key(name));
  }
}
