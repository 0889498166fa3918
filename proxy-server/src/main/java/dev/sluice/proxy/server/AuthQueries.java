package dev.sluice.proxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.config.AuthConfig;
import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.HostPort;
import dev.sluice.config.Node;
import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.auth.PlainText;
import dev.sluice.proxy.auth.Secret;
import dev.sluice.proxy.auth.UsersFile;
import dev.sluice.proxy.auth.query.AuthQuery;
import dev.sluice.proxy.auth.query.QueryLogin;
import dev.sluice.proxy.auth.query.QueryTarget;
import dev.sluice.proxy.auth.query.SecretQuery;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns {@code auth.query} and what belongs to it into an {@link AuthQuery}. */
final class AuthQueries {
  private static final Logger log = LoggerFactory.getLogger(AuthQueries.class);

  /** Every server has it, and clients do not choose it. */
  private static final String MAINTENANCE_DATABASE = "postgres";

  private AuthQueries() {}

  /** Null if no query is configured. Connects to nothing yet. */
  static @Nullable AuthQuery open(SluiceConfig config, UsersFile users) throws StartupException {
    AuthConfig auth = config.auth();
    String query = auth.query();
    String user = auth.queryUser();
    if (query == null || user == null) {
      return null;
    }
    Map<String, QueryTarget> targets = new TreeMap<>();
    config.databases().forEach((name, database) -> put(targets, name, database, database.dbname()));
    DatabaseConfig fallback = config.fallback();
    if (fallback != null) {
      put(targets, DatabaseConfig.ANY, fallback, maintenanceDatabase(fallback));
    }
    try {
      return new AuthQuery(
          SecretQuery.parse(query),
          login(user, users),
          asked -> target(targets, config, asked),
          auth.queryCache().size(),
          auth.queryCache().ttl(),
          System::nanoTime);
    } catch (IllegalArgumentException e) {
      throw new StartupException("auth.query " + e.getMessage(), e);
    }
  }

  private static QueryLogin login(String user, UsersFile users) throws StartupException {
    Secret secret = users.secret(user).orElse(null);
    return switch (secret) {
      case PlainText plain ->
          new QueryLogin(user, new String(plain.password().toByteArray(), UTF_8));
      case null -> {
        log.warn(
            "auth.query-user \"{}\" has no password in the users-file; it can log in only where"
                + " PostgreSQL trusts it",
            user);
        yield new QueryLogin(user, "");
      }
      default ->
          throw new StartupException(
              ("auth.query-user \"%s\" logs in by itself and needs its password in plain text in"
                      + " the users-file, not a verifier or hash")
                  .formatted(user));
    };
  }

  /**
   * Names that only the fallback has are the client's, who has proved nothing yet. It must neither
   * learn which of them exist nor make us connect to each.
   */
  private static String maintenanceDatabase(DatabaseConfig fallback) {
    return fallback.dbname().equals(DatabaseConfig.ANY) ? MAINTENANCE_DATABASE : fallback.dbname();
  }

  private static @Nullable QueryTarget target(
      Map<String, QueryTarget> targets, SluiceConfig config, String asked) {
    if (config.databases().containsKey(asked)) {
      return targets.get(asked);
    }
    if (config.fallback() != null) {
      return targets.get(DatabaseConfig.ANY);
    }
    // A database that does not exist is told only to whom a server knows.
    return targets.values().stream().findFirst().orElse(null);
  }

  private static void put(
      Map<String, QueryTarget> targets, String name, DatabaseConfig database, String dbname) {
    List<String> addresses =
        database.nodes().stream()
            .filter(Node.Tcp.class::isInstance)
            .map(Node.Tcp.class::cast)
            .map(node -> new HostPort(node.host(), node.port()).toString())
            .toList();
    if (addresses.isEmpty()) {
      log.warn(
          "auth.query is not asked for users of database \"{}\": its server has only a Unix socket;"
              + " its users must be in the users-file",
          name);
      return;
    }
    String hosts = addresses.stream().collect(Collectors.joining(","));
    targets.put(
        name,
        new QueryTarget(
            hosts + "/" + dbname,
            "jdbc:postgresql://" + hosts + "/" + URLEncoder.encode(dbname, UTF_8),
            properties(database),
            database.pool().connectTimeout()));
  }

  private static Map<String, String> properties(DatabaseConfig database) {
    Map<String, String> properties = new HashMap<>(DriverTls.properties(database.tls()));
    properties.put("targetServerType", "preferPrimary");
    return properties;
  }
}
