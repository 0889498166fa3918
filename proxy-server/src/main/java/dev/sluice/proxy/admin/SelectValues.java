package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.admin.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code SELECT value, ...} without FROM: constants and the few functions by which drivers and
 * pools find out whether a connection lives and what is at its other end.
 */
record SelectValues(List<Column<CommandContext>> columns) implements ConsoleCommand {
  private static final String UNNAMED = "?column?";

  /** Functions that SQL calls without parentheses. */
  private static final Set<String> BARE_FUNCTIONS =
      Set.of(
          "current_catalog",
          "current_role",
          "current_schema",
          "current_user",
          "session_user",
          "user");

  static ConsoleCommand parse(TokenReader in) throws ConsoleException {
    List<Column<CommandContext>> columns = new ArrayList<>();
    do {
      Column<CommandContext> column = value(in);
      if (in.accept("as")) {
        column = new Column<>(in.expectName(), column.type(), column.encoder());
      }
      columns.add(column);
    } while (in.acceptSymbol(","));
    if (!in.peek().endsStatement()) {
      throw notOffered();
    }
    return new SelectValues(List.copyOf(columns));
  }

  private static Column<CommandContext> value(TokenReader in) throws ConsoleException {
    Token token = in.peek();
    if (token.endsStatement()) {
      throw in.unexpected();
    }
    in.next();
    return switch (token.kind()) {
      case STRING -> Column.text(UNNAMED, context -> token.text());
      case NUMBER -> number(token, 1);
      case SYMBOL -> {
        if (!token.text().equals("-") || in.peek().kind() != Kind.NUMBER) {
          throw notOffered();
        }
        yield number(in.next(), -1);
      }
      case WORD -> wordOrFunction(token, in);
      case QUOTED, PARAMETER, END -> throw notOffered();
    };
  }

  private static Column<CommandContext> number(Token token, int sign) throws ConsoleException {
    try {
      int value = Math.multiplyExact(sign, Integer.parseInt(token.text()));
      return Column.int4(UNNAMED, context -> value);
    } catch (NumberFormatException e) {
      throw notOffered();
    }
  }

  private static Column<CommandContext> wordOrFunction(Token word, TokenReader in)
      throws ConsoleException {
    switch (word.text()) {
      case "true", "false" -> {
        return Column.bool("bool", context -> word.is("true"));
      }
      case "null" -> {
        return Column.text(UNNAMED, context -> null);
      }
      default -> {}
    }
    String name = word.text();
    if (name.equals("pg_catalog") && in.acceptSymbol(".")) {
      name = in.expectName();
    }
    if (in.acceptSymbol("(")) {
      String argument = in.peek().kind() == Kind.STRING ? in.next().text() : null;
      if (!in.acceptSymbol(")")) {
        throw notOffered();
      }
      return argument == null ? function(name) : functionOf(name, argument);
    }
    if (!BARE_FUNCTIONS.contains(name)) {
      throw notOffered();
    }
    return function(name);
  }

  private static Column<CommandContext> function(String name) throws ConsoleException {
    return switch (name) {
      case "version" ->
          Column.text(
              name,
              context -> "PostgreSQL " + ConsoleSettings.serverVersion(context.data().version()));
      case "current_schema" -> Column.text(name, context -> null);
      case "current_database", "current_catalog" ->
          Column.text(name, context -> context.identity().database());
      case "current_user", "current_role", "session_user", "user" ->
          Column.text(name, context -> context.identity().user());
      case "pg_is_in_recovery" -> Column.bool(name, context -> false);
      case "pg_advisory_unlock_all" ->
          new Column<>(name, ColumnType.VOID, (context, format) -> new byte[0]);
      default -> throw notOffered();
    };
  }

  private static Column<CommandContext> functionOf(String name, String argument)
      throws ConsoleException {
    String setting = argument.toLowerCase(Locale.ROOT);
    if (!name.equals("current_setting") || !ShowSetting.NAMES.contains(setting)) {
      throw notOffered();
    }
    return Column.text(name, context -> settingValue(setting, context));
  }

  private static @Nullable String settingValue(String setting, CommandContext context) {
    return ConsoleSettings.value(setting, context);
  }

  private static ConsoleException notOffered() {
    return ConsoleErrors.error(
        SqlState.FEATURE_NOT_SUPPORTED,
        "the console does not offer this SELECT",
        "SHOW <table> shows what a query of a system catalog would. "
            + ConsoleGrammar.COMMANDS_HINT);
  }

  @Override
  public Outcome run(CommandContext context) {
    return Outcome.rows(new ResultSet<>(columns, List.of(context)), "SELECT 1");
  }
}
