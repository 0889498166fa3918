package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.admin.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code SET key = value}. Settings of PostgreSQL that drivers set are accepted and ignored; keys
 * of Sluice's own configuration cannot be changed in this version.
 *
 * @param key as it is written, unquoted words in lower case
 * @param values one, or several of a list; {@code default} for DEFAULT
 */
record SetSetting(String key, List<String> values) implements ConsoleCommand {
  private static final ErrorMessage IGNORED =
      ErrorMessage.of(Severity.NOTICE, SqlState.SUCCESSFUL_COMPLETION, "SET ignored");

  /** Names under which drivers ask for the encoding that the console speaks. */
  private static final Set<String> ENCODINGS =
      Set.of("utf8", "utf-8", "unicode", "sql_ascii", "default");

  static SetSetting parse(TokenReader in) throws ConsoleException {
    boolean session = in.accept("session");
    if (!session) {
      in.accept("local");
    }
    if (session && in.accept("characteristics")) {
      in.expect("as");
      in.expect("transaction");
      TransactionControl.skipModes(in);
      return new SetSetting("default_transaction_isolation", List.of());
    }
    if (in.accept("transaction")) {
      TransactionControl.skipModes(in);
      return new SetSetting("transaction_isolation", List.of());
    }
    if (in.accept("time")) {
      in.expect("zone");
      return new SetSetting("timezone", values(in));
    }
    if (in.accept("names")) {
      return new SetSetting("client_encoding", values(in));
    }
    String key = key(in);
    if (!in.acceptSymbol("=")) {
      in.expect("to");
    }
    return new SetSetting(key, values(in));
  }

  /**
   * A name in the manner of PostgreSQL ({@code a.b}) or of the configuration file ({@code a.b-c}).
   */
  private static String key(TokenReader in) throws ConsoleException {
    StringBuilder key = new StringBuilder(in.expectName());
    while (in.peek().isSymbol(".") || in.peek().isSymbol("-")) {
      key.append(in.next().text());
      key.append(in.expectName());
    }
    return key.toString();
  }

  private static List<String> values(TokenReader in) throws ConsoleException {
    List<String> values = new ArrayList<>();
    do {
      String sign = in.acceptSymbol("-") ? "-" : "";
      Token value = in.peek();
      boolean number = value.kind() == Kind.NUMBER;
      if (!number && (!sign.isEmpty() || !(value.isName() || value.kind() == Kind.STRING))) {
        throw in.unexpected();
      }
      String text = sign + in.next().text();
      values.add(number && in.acceptSymbol("%") ? text + "%" : text);
    } while (in.acceptSymbol(","));
    return List.copyOf(values);
  }

  @Override
  public Outcome run(CommandContext context) throws ConsoleException {
    String name = key.toLowerCase(Locale.ROOT);
    if (name.equals("client_encoding")) {
      requireUtf8();
    } else if (!ConsoleSettings.isIgnored(name)) {
      throw refusal(context);
    }
    return Outcome.withNotice(IGNORED, "SET");
  }

  private void requireUtf8() throws ConsoleException {
    for (String value : values) {
      if (!ENCODINGS.contains(value.toLowerCase(Locale.ROOT))) {
        throw ConsoleErrors.error(
            SqlState.FEATURE_NOT_SUPPORTED,
            "the console does not convert to encoding \"" + value + "\"",
            "Use UTF8.");
      }
    }
  }

  private ConsoleException refusal(CommandContext context) {
    boolean configured =
        context.data().config(true).stream().anyMatch(entry -> entry.key().equals(key));
    if (!configured) {
      return ConsoleErrors.error(
          SqlState.UNDEFINED_OBJECT,
          "unrecognized configuration parameter \"" + key + "\"",
          "SHOW CONFIG lists the configuration.");
    }
    if (!context.identity().role().covers(ConsoleRole.ADMIN)) {
      return ConsoleErrors.notAllowed();
    }
    return ConsoleErrors.unavailable(
        "SET of the configuration", "Change the configuration file and restart.");
  }
}
