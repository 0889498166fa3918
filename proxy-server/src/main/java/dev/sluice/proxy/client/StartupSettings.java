package dev.sluice.proxy.client;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.startup.StartupMessage;
import dev.sluice.protocol.startup.StartupOptions;
import dev.sluice.proxy.session.SettingsProfile;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The run-time parameters in a startup message: those named there, over those in its options
 * (manual, "Message Formats", StartupMessage).
 *
 * @param refused why they cannot be accepted, null if they can
 */
record StartupSettings(SettingsProfile profile, @Nullable ErrorMessage refused) {
  private static final Set<String> NOT_SETTINGS =
      Set.of("user", "database", "options", "replication");

  static StartupSettings of(StartupMessage startup, SluiceConfig config, DatabaseConfig database) {
    Map<String, String> settings = new LinkedHashMap<>();
    String options = startup.options();
    if (options != null) {
      switch (StartupOptions.parse(options)) {
        case StartupOptions.Settings parsed -> settings.putAll(parsed.values());
        case StartupOptions.Refused refused -> {
          return new StartupSettings(
              SettingsProfile.EMPTY,
              ErrorMessage.fatal(
                      SqlState.SYNTAX_ERROR,
                      "invalid command-line argument for server process: " + refused.argument())
                  .withHint("Try \"postgres --help\" for more information."));
        }
      }
    }
    startup
        .parameters()
        .forEach(
            (name, value) -> {
              if (!NOT_SETTINGS.contains(name)) {
                settings.put(name, value);
              }
            });
    Set<String> ignored = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    ignored.addAll(database.session().ignoreStartupParameters());
    settings.keySet().removeIf(name -> ignored.contains(name.toLowerCase(Locale.ROOT)));
    return new StartupSettings(SettingsProfile.of(settings), null);
  }
}
