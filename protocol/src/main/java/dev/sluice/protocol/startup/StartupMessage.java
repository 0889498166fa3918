package dev.sluice.protocol.startup;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session.
 *
 * @param major always 3
 * @param minor as the client asked; what is newer than 2 has to be negotiated down
 * @param parameters in the client's order, unmodifiable, each name once with its last value; holds
 *     a {@code user} that is not empty
 * @param unrecognisedOptions names that begin with {@code _pq_.}: protocol extensions, none of
 *     which exists yet
 */
public record StartupMessage(
    int major, int minor, Map<String, String> parameters, List<String> unrecognisedOptions)
    implements StartupRequest {

  /** The newest minor version of protocol 3 that is spoken here. */
  public static final int NEWEST_MINOR = 2;

  public StartupMessage {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    unrecognisedOptions = List.copyOf(unrecognisedOptions);
    String user = parameters.get("user");
    if (user == null || user.isEmpty()) {
      throw new IllegalArgumentException("a startup message without a user");
    }
    if (Replication.parse(parameters.getOrDefault("replication", "false")) == null) {
      throw new IllegalArgumentException("a startup message with a bad replication parameter");
    }
  }

  public String user() {
    return parameters.getOrDefault("user", "");
  }

  /** The database asked for; the user's name if none or an empty one was. */
  public String database() {
    String database = parameters.getOrDefault("database", "");
    return database.isEmpty() ? user() : database;
  }

  /** Command-line options for the backend, not split yet: see {@link StartupOptions}. */
  public @Nullable String options() {
    return parameters.get("options");
  }

  public Replication replication() {
    Replication replication = Replication.parse(parameters.getOrDefault("replication", "false"));
    return replication == null ? Replication.NONE : replication;
  }

  /** True when the answer must begin with NegotiateProtocolVersion. */
  public boolean needsNegotiation() {
    return minor > NEWEST_MINOR || !unrecognisedOptions.isEmpty();
  }

  /** How long a cancel key's secret this client understands: protocol 3.2 made it variable. */
  public int cancelSecretLength() {
    return spokenMinor() >= 2 ? 32 : 4;
  }

  /** The minor version to speak with this client. */
  public int spokenMinor() {
    return Math.min(minor, NEWEST_MINOR);
  }
}
