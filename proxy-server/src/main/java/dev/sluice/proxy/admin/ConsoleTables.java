package dev.sluice.proxy.admin;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Every table that SHOW shows. A new table is one entry here. */
final class ConsoleTables {
  private static final List<ConsoleTable<?>> ALL =
      List.of(
          ConnectionTables.ACTIVE_SOCKETS,
          ConnectionTables.CLIENTS,
          ConfigurationTables.CONFIG,
          ConfigurationTables.DATABASES,
          ProcessTables.LISTS,
          ProcessTables.MEM,
          NodeTables.NODES,
          PinTables.PINS,
          PoolTables.POOLS,
          ConnectionTables.SERVERS,
          ConnectionTables.SOCKETS,
          ProcessTables.STATE,
          StatsTables.STATS,
          StatsTables.AVERAGES_ONLY,
          StatsTables.TOTALS_ONLY,
          StatsTables.TOTALS,
          ConfigurationTables.USERS,
          ProcessTables.VERSION);

  private ConsoleTables() {}

  static @Nullable ConsoleTable<?> named(String name) {
    for (ConsoleTable<?> table : ALL) {
      if (table.name().equals(name)) {
        return table;
      }
    }
    return null;
  }

  /** As an operator writes them, in upper case. */
  static List<String> names() {
    return ALL.stream().map(table -> table.name().toUpperCase(Locale.ROOT)).toList();
  }
}
