package dev.sluice.proxy.admin;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code SHOW setting}: what drivers ask of PostgreSQL when they connect.
 *
 * @param name in lower case, one of {@link #NAMES}
 */
record ShowSetting(String name) implements ConsoleCommand {
  static final Set<String> NAMES =
      new TreeSet<>(
          List.of(
              "application_name",
              "client_encoding",
              "datestyle",
              "default_transaction_isolation",
              "default_transaction_read_only",
              "extra_float_digits",
              "in_hot_standby",
              "integer_datetimes",
              "intervalstyle",
              "is_superuser",
              "search_path",
              "server_encoding",
              "server_version",
              "server_version_num",
              "session_authorization",
              "standard_conforming_strings",
              "timezone",
              "transaction_isolation",
              "transaction_read_only"));

  /**
   * The setting that is meant by what follows SHOW, its first token consumed; two settings have
   * names of several words. Null if the console has no such setting.
   */
  static @Nullable String settingName(Token first, TokenReader in) throws ConsoleException {
    if (first.is("transaction") && in.accept("isolation")) {
      in.expect("level");
      return "transaction_isolation";
    }
    if (first.is("time") && in.accept("zone")) {
      return "timezone";
    }
    if (first.is("session") && in.accept("authorization")) {
      return "session_authorization";
    }
    String name = first.text().toLowerCase(Locale.ROOT);
    return NAMES.contains(name) ? name : null;
  }

  @Override
  public List<Column<CommandContext>> columns() {
    return List.of(Column.text(name, context -> ConsoleSettings.value(name, context)));
  }

  @Override
  public Outcome run(CommandContext context) {
    return Outcome.rows(new ResultSet<>(columns(), List.of(context)), "SHOW");
  }
}
