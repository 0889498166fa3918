package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.data.ConsoleData;
import java.util.Map;

/** The console of one process. It has no state of its own and may be used by any thread. */
public final class Console {
  private final ConsoleData data;
  private final StatsAverages averages;

  /**
   * A console.
   *
   * @param averages fed by the caller's timer with what {@link ConsoleData#stats} gives
   */
  public Console(ConsoleData data, StatsAverages averages) {
    this.data = data;
    this.averages = averages;
  }

  /**
   * A session for a client that has logged in. The caller sends AuthenticationOk, {@link
   * #parameters}, BackendKeyData and the first ReadyForQuery.
   *
   * @param database as the client named it; see {@link ConsoleAccess#isConsole}
   */
  public ConsoleSession open(String user, String database, ConsoleRole role) {
    return new ConsoleSession(
        new CommandContext(
            data,
            averages,
            new ConsoleIdentity(user, database, role),
            new ConsoleTransaction(),
            new SessionObjects()));
  }

  /**
   * What the login reports by ParameterStatus, in order, in a map of the caller's own: {@code
   * application_name} is empty and the caller's to replace by what the client gave.
   */
  public Map<String, String> parameters(String user, String database, ConsoleRole role) {
    return ConsoleSettings.reported(new ConsoleIdentity(user, database, role), data.version());
  }
}
