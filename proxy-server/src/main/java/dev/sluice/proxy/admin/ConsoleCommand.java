package dev.sluice.proxy.admin;

import java.util.List;

/**
 * One parsed statement of the console.
 *
 * <p>A new command is one class here and one line in {@link ConsoleGrammar}.
 */
sealed interface ConsoleCommand
    permits ShowTable,
        ShowSetting,
        ShowHelp,
        SetSetting,
        SelectValues,
        TransactionControl,
        SessionCleanup,
        UnavailableCommand {

  /** The least role that may run it. */
  default ConsoleRole needs() {
    return ConsoleRole.STATS;
  }

  /** The columns of its result, known without running it; empty for a command without a result. */
  default List<? extends Column<?>> columns() {
    return List.of();
  }

  /**
   * Whether it may run in a transaction block that failed, because it ends it or goes back in it.
   */
  default boolean leavesFailedBlock() {
    return false;
  }

  Outcome run(CommandContext context) throws ConsoleException;
}
