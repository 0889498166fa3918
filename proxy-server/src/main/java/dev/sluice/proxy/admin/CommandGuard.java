package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;
import org.jspecify.annotations.Nullable;

/** Decides whether a command may run now, and for this user. */
final class CommandGuard {
  private final ConsoleIdentity identity;
  private final ConsoleTransaction transaction;

  CommandGuard(ConsoleIdentity identity, ConsoleTransaction transaction) {
    this.identity = identity;
    this.transaction = transaction;
  }

  /** In a block that failed nothing runs but what ends it. An empty statement (null) always may. */
  void requireBlockAllows(@Nullable ConsoleCommand command) throws ConsoleException {
    if (command != null && transaction.failed() && !command.leavesFailedBlock()) {
      throw ConsoleErrors.error(
          SqlState.IN_FAILED_SQL_TRANSACTION,
          "current transaction is aborted, commands ignored until end of transaction block");
    }
  }

  void requireRole(@Nullable ConsoleCommand command) throws ConsoleException {
    if (command != null && !identity.role().covers(command.needs())) {
      throw ConsoleErrors.notAllowed();
    }
  }
}
