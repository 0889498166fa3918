package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;

/** {@code SHOW HELP}: a notice and no rows, as in PgBouncer. */
record ShowHelp() implements ConsoleCommand {

  @Override
  public Outcome run(CommandContext context) {
    String usage =
        "\n\tSHOW "
            + String.join("\n\tSHOW ", ConsoleTables.names())
            + "\n\tSHOW HELP"
            + "\n\tSHOW <table> column, ..."
            + "\n\tSHOW "
            + String.join(" | ", ShowSetting.NAMES);
    return Outcome.withNotice(
        ErrorMessage.of(Severity.NOTICE, SqlState.SUCCESSFUL_COMPLETION, "Console usage")
            .withDetail(usage),
        "SHOW");
  }
}
