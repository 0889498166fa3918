package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Who may come to the console, and under which names of a database it is reached. */
public final class ConsoleAccess {
  static final String SLUICE_DATABASE = "sluice";
  static final String PGBOUNCER_DATABASE = "pgbouncer";

  private ConsoleAccess() {}

  /** Whether a client that asks for this database wants the console. */
  public static boolean isConsole(String database) {
    return database.equals(SLUICE_DATABASE) || database.equals(PGBOUNCER_DATABASE);
  }

  /**
   * What an authenticated user may do, or null for one that may not use the console at all.
   *
   * @param adminUsers of {@code admin.users}
   * @param statsUsers of {@code admin.stats-users}
   */
  public static @Nullable ConsoleRole roleOf(
      String user, Collection<String> adminUsers, Collection<String> statsUsers) {
    if (adminUsers.contains(user)) {
      return ConsoleRole.ADMIN;
    }
    return statsUsers.contains(user) ? ConsoleRole.STATS : null;
  }

  /** What such a user is told, after authentication. */
  public static ErrorMessage refusal(String user) {
    return ErrorMessage.fatal(
            SqlState.INSUFFICIENT_PRIVILEGE, "user \"" + user + "\" may not use the console")
        .withHint("List the user in admin.users or admin.stats-users.");
  }
}
