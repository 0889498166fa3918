package dev.sluice.proxy.backend;

import dev.sluice.proxy.session.PinReason;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL says of a session between transactions.
 *
 * @param settings of those asked for, by name in lower case; null where there is no such parameter
 * @param allSettings whether these are all that were set in the session, as far as PostgreSQL lists
 *     them
 * @param asked kinds of state that were asked for
 * @param held those of them that are there
 * @param statements names of the protocol's prepared statements, if they were asked for
 * @param parametersOfFunctions parameters with a dot in their name that functions of users set, in
 *     lower case, if they were asked for
 */
public record SessionFacts(
    Map<String, @Nullable String> settings,
    boolean allSettings,
    Set<PinReason> asked,
    Set<PinReason> held,
    Set<String> statements,
    Set<String> parametersOfFunctions) {
  /** Listed as set in the session, because BEGIN sets them, and yet the transaction's. */
  private static final Set<String> OF_TRANSACTION =
      Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

  /** Not in the list of settings, though it can be set. */
  public static final String ROLE = "role";

  private static final String NO_ROLE = "none";

  /** Whether a setting lasts no longer than its transaction. */
  public static boolean isOfTransaction(String name) {
    return OF_TRANSACTION.contains(name);
  }

  /** The value that was set; null if none was. */
  public static @Nullable String present(String name, @Nullable String value) {
    return name.equals(ROLE) && NO_ROLE.equals(value) ? null : value;
  }
}
