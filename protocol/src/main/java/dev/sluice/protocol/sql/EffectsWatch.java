package dev.sluice.protocol.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Collects the {@link SessionEffects} of a text. */
final class EffectsWatch {
  private int kinds;
  private @Nullable List<String> settings;

  void add(int kind) {
    kinds |= kind;
  }

  /** A parameter is set; null if its name cannot be told. */
  void setting(@Nullable String name) {
    if (name == null) {
      kinds |= SessionEffects.ANY_SETTING;
    } else {
      kinds |= SessionEffects.SETTINGS;
      note(name);
    }
  }

  /** A parameter goes back to what it was at the login; null if its name cannot be told. */
  void reset(@Nullable String name) {
    if (name == null) {
      kinds |= SessionEffects.ANY_SETTING;
    } else {
      kinds |= SessionEffects.RESETS;
      note(name);
    }
  }

  private void note(String name) {
    if (settings == null) {
      settings = new ArrayList<>(2);
    }
    String key = name.toLowerCase(Locale.ROOT);
    if (!settings.contains(key)) {
      settings.add(key);
    }
  }

  SessionEffects effects(boolean understood) {
    if (kinds == 0 && understood) {
      return SessionEffects.NONE;
    }
    int all = understood ? kinds : kinds | SessionEffects.UNKNOWN.kinds();
    return new SessionEffects(all, settings == null ? List.of() : settings);
  }
}
