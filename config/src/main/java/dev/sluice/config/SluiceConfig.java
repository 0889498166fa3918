package dev.sluice.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration. Components without {@link Key} are what the sections {@code databases}
 * and {@code users} resolve to.
 *
 * @param eventLoops 0 for one per core
 * @param databases by the name that clients use; without the fallback
 * @param fallback the database {@code "*"}; bind it by {@link #database}
 */
public record SluiceConfig(
    @Key(
            absent = "[{ host = \"0.0.0.0\", port = 6432 }]",
            reload = Reload.RESTART,
            doc = "addresses that clients connect to")
        List<ListenAddress> listen,
    @Key(
            absent = "null",
            directory = true,
            reload = Reload.RESTART,
            doc = "directory of the Unix socket; null = none")
        @Nullable Path unixSocketDir,
    @Key(absent = "null", reload = Reload.RESTART, doc = "address of /metrics; null = none")
        @Nullable HttpAddress http,
    @Key(absent = "60s", doc = "after SIGTERM; then what is left is cut") Duration drainTimeout,
    @Key(absent = Key.SECTION, doc = "socket options, both sides") TcpConfig tcp,
    @Key(absent = "[]", doc = "other Sluice processes behind the same address, for cancel requests")
        List<HostPort> peers,
    @Key(
            absent = "auto",
            zero = "auto",
            max = "1024",
            reload = Reload.RESTART,
            doc = "event loops; auto = one per core")
        int eventLoops,
    @Key(absent = "auto", reload = Reload.RESTART, doc = "operating system's interface for sockets")
        TransportKind transport,
    @Key(absent = Key.SECTION, doc = "client connections") ClientConfig client,
    @Key(absent = Key.SECTION, doc = "how clients prove who they are") AuthConfig auth,
    @Key(absent = Key.SECTION, doc = "who may use the console") AdminConfig admin,
    @Key(absent = Key.SECTION, doc = "every pool; databases and users override it") PoolConfig pool,
    @Key(absent = Key.SECTION, doc = "session state in transaction mode; databases override it")
        SessionConfig session,
    @Key(absent = Key.SECTION, doc = "which node a transaction runs on; databases override it")
        RoutingConfig routing,
    @Key(absent = Key.SECTION, doc = "what is logged, and how") LogConfig log,
    @Key(absent = Key.SECTION, doc = "cache of analysed statement texts")
        StatementsConfig statements,
    @Key(absent = "{}", doc = "by the name that clients use; \"*\" is any other name")
        Map<String, DatabaseConfig> databases,
    @Nullable DatabaseConfig fallback,
    @Key(absent = "{}", doc = "what holds for one user, whatever the database")
        Map<String, UserConfig> users) {

  /** The database a client asks for by {@code name}, or null when there is none for it. */
  public @Nullable DatabaseConfig database(String name) {
    DatabaseConfig exact = databases.get(name);
    if (exact != null || fallback == null) {
      return exact;
    }
    return fallback.boundTo(name);
  }

  /** What holds for the pool of {@code user} on {@code database}. */
  public PoolConfig pool(DatabaseConfig database, String user) {
    UserConfig own = users.get(user);
    return own == null ? database.pool() : own.pool().over(database.pool());
  }

  /** What holds for a client connection of {@code user} to {@code database}. */
  public ClientConfig client(DatabaseConfig database, String user) {
    UserConfig own = users.get(user);
    return own == null ? database.client() : own.client().over(database.client());
  }

  /** The same global sections with these databases and users. */
  public SluiceConfig with(
      Map<String, DatabaseConfig> newDatabases,
      @Nullable DatabaseConfig newFallback,
      Map<String, UserConfig> newUsers) {
    return new SluiceConfig(
        listen,
        unixSocketDir,
        http,
        drainTimeout,
        tcp,
        peers,
        eventLoops,
        transport,
        client,
        auth,
        admin,
        pool,
        session,
        routing,
        log,
        statements,
        newDatabases,
        newFallback,
        newUsers);
  }
}
