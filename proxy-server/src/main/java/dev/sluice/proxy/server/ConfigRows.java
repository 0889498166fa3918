package dev.sluice.proxy.server;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.KeyTable;
import dev.sluice.config.load.KeyTable.KeyValue;
import dev.sluice.proxy.admin.data.ConfigEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration as rows of SHOW CONFIG: a row per key, those of databases and users under their
 * names, and for tools that know PgBouncer also a row under its name.
 */
final class ConfigRows {
  /** There is no reload in this version: whatever is changed holds from the next start on. */
  private static final boolean CHANGEABLE = false;

  private ConfigRows() {}

  static List<ConfigEntry> of(SluiceConfig config, boolean pgbouncerNames) {
    List<ConfigEntry> rows = new ArrayList<>();
    Stream.of(KeyTable.values(config), KeyTable.databaseValues(config), KeyTable.userValues(config))
        .flatMap(List::stream)
        .forEach(value -> rows.add(row(value)));
    if (pgbouncerNames) {
      SluiceConfig defaults = KeyTable.defaults();
      PgBouncerKeys.ALL.forEach(
          (name, value) ->
              rows.add(new ConfigEntry(name, value.of(config), value.of(defaults), CHANGEABLE)));
    }
    return List.copyOf(rows);
  }

  private static ConfigEntry row(KeyValue value) {
    String absent = value.key().absent();
    return new ConfigEntry(
        value.name(),
        orNull(value.value()),
        absent.isEmpty() ? null : orNull(absent), // empty: the key cannot be left out
        CHANGEABLE);
  }

  private static @Nullable String orNull(String rendered) {
    return rendered.equals("null") ? null : rendered;
  }
}
