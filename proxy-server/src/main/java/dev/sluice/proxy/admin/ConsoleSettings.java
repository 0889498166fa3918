package dev.sluice.proxy.admin;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL settings that the console pretends to have, for the sake of drivers. */
final class ConsoleSettings {
  /**
   * What drivers take the console for. They derive from it which parameters a login reports and
   * which statements they may send; psql warns about a server newer than itself. So it is the
   * oldest major version that Sluice supports, in the form of a packager's build ({@code 14.0
   * (Debian ...)}), which every driver reads. PgBouncer's own {@code 1.25.2/bouncer} is taken for
   * PostgreSQL 1.25.
   */
  private static final String POSTGRES_VERSION = "14.0";

  private static final String POSTGRES_VERSION_NUMBER = "140000";

  /** Settings that are accepted with any value and change nothing. */
  private static final Set<String> IGNORED =
      Set.of(
          "application_name",
          "bytea_output",
          "client_min_messages",
          "datestyle",
          "default_transaction_deferrable",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "extra_float_digits",
          "idle_in_transaction_session_timeout",
          "idle_session_timeout",
          "intervalstyle",
          "jit",
          "lc_messages",
          "lock_timeout",
          "row_security",
          "search_path",
          "standard_conforming_strings",
          "statement_timeout",
          "synchronize_seqscans",
          "timezone",
          "transaction_deferrable",
          "transaction_isolation",
          "transaction_read_only",
          "transaction_timeout");

  private ConsoleSettings() {}

  /** What a login reports by ParameterStatus: those that PostgreSQL 14 reports. */
  static Map<String, String> reported(ConsoleIdentity identity, String sluiceVersion) {
    Map<String, String> reported = new LinkedHashMap<>();
    reported.put("application_name", "");
    reported.put("client_encoding", "UTF8");
    reported.put("DateStyle", "ISO, MDY");
    reported.put("default_transaction_read_only", "off");
    reported.put("in_hot_standby", "off");
    reported.put("integer_datetimes", "on");
    reported.put("IntervalStyle", "postgres");
    reported.put("is_superuser", identity.role() == ConsoleRole.ADMIN ? "on" : "off");
    reported.put("server_encoding", "UTF8");
    reported.put("server_version", serverVersion(sluiceVersion));
    reported.put("session_authorization", identity.user());
    reported.put("standard_conforming_strings", "on");
    reported.put("TimeZone", "GMT");
    return reported;
  }

  static String serverVersion(String sluiceVersion) {
    return POSTGRES_VERSION + " (Sluice " + sluiceVersion + ")";
  }

  /**
   * The value of a setting, its name in lower case; null for one that the console does not have.
   */
  static @Nullable String value(String name, CommandContext context) {
    return switch (name) {
      case "transaction_isolation", "default_transaction_isolation" -> "read committed";
      case "transaction_read_only", "transaction_deferrable", "default_transaction_deferrable" ->
          "off";
      case "server_version_num" -> POSTGRES_VERSION_NUMBER;
      case "search_path" -> "";
      case "extra_float_digits" -> "1";
      default -> reportedValue(name, context);
    };
  }

  private static @Nullable String reportedValue(String name, CommandContext context) {
    for (Map.Entry<String, String> setting :
        reported(context.identity(), context.data().version()).entrySet()) {
      if (setting.getKey().toLowerCase(Locale.ROOT).equals(name)) {
        return setting.getValue();
      }
    }
    return null;
  }

  /** Whether SET of it is accepted and changes nothing. */
  static boolean isIgnored(String name) {
    return IGNORED.contains(name);
  }
}
