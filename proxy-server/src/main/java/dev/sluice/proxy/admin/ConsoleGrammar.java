package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which word starts which command. */
final class ConsoleGrammar {
  static final String COMMANDS_HINT =
      "Commands: SHOW " + String.join(" | ", ConsoleTables.names()) + " | HELP; SHOW <setting>.";

  /** Reads the rest of a statement, its first word consumed, up to but not including its end. */
  @FunctionalInterface
  private interface Syntax {
    ConsoleCommand parse(TokenReader in) throws ConsoleException;
  }

  private static final Map<String, Syntax> COMMANDS = commands();

  private ConsoleGrammar() {}

  private static Map<String, Syntax> commands() {
    Map<String, Syntax> commands = new HashMap<>();
    commands.put("show", ConsoleGrammar::show);
    commands.put("set", SetSetting::parse);
    commands.put("select", SelectValues::parse);
    commands.putAll(transactionCommands());
    commands.putAll(cleanupCommands());
    for (String command : UnavailableCommand.COMMANDS) {
      commands.put(command, in -> UnavailableCommand.parse(command, in));
    }
    return Map.copyOf(commands);
  }

  private static Map<String, Syntax> transactionCommands() {
    return Map.of(
        "begin", TransactionControl::parseBegin,
        "start", TransactionControl::parseStart,
        "commit", TransactionControl::parseCommit,
        "end", TransactionControl::parseCommit,
        "rollback", TransactionControl::parseRollback,
        "abort", TransactionControl::parseRollback,
        "savepoint", TransactionControl::parseSavepoint,
        "release", TransactionControl::parseRelease);
  }

  private static Map<String, Syntax> cleanupCommands() {
    return Map.of(
        "discard", SessionCleanup::parseDiscard,
        "deallocate", SessionCleanup::parseDeallocate,
        "reset", SessionCleanup::parseReset,
        "close", SessionCleanup::parseClose,
        "unlisten", SessionCleanup::parseUnlisten);
  }

  /**
   * The commands of a string, in order; empty statements are left out. As in PostgreSQL a syntax
   * error anywhere means that none of them runs.
   */
  static List<ConsoleCommand> parse(String text) throws ConsoleException {
    TokenReader in = new TokenReader(text);
    List<ConsoleCommand> commands = new ArrayList<>();
    while (true) {
      while (in.acceptSymbol(";")) {
        // A statement without content.
      }
      if (in.peek().endsStatement()) {
        return commands;
      }
      commands.add(command(in));
      in.expectEnd();
    }
  }

  private static ConsoleCommand command(TokenReader in) throws ConsoleException {
    Token first = in.peek();
    Syntax syntax = first.kind() == Token.Kind.WORD ? COMMANDS.get(first.text()) : null;
    if (syntax == null) {
      throw in.unexpected();
    }
    in.next();
    return syntax.parse(in);
  }

  private static ConsoleCommand show(TokenReader in) throws ConsoleException {
    Token subject = in.peek();
    String name = in.expectName();
    if (name.equals("help")) {
      return new ShowHelp();
    }
    ConsoleTable<?> table = ConsoleTables.named(name);
    if (table != null) {
      return ShowTable.parse(table, in);
    }
    if (UnavailableCommand.TABLES.contains(name)) {
      in.skipToEnd();
      return new UnavailableCommand("SHOW " + name, ConsoleRole.STATS);
    }
    String setting = ShowSetting.settingName(subject, in);
    if (setting != null) {
      return new ShowSetting(setting);
    }
    throw ConsoleErrors.error(
        SqlState.SYNTAX_ERROR, "SHOW does not know \"" + name + "\"", COMMANDS_HINT);
  }
}
