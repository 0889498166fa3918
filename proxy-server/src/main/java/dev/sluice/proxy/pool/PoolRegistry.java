package dev.sluice.proxy.pool;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Node;
import dev.sluice.config.PoolConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.auth.LoginCredentials;
import dev.sluice.proxy.auth.NoSecret;
import dev.sluice.proxy.backend.BackendTarget;
import dev.sluice.proxy.tls.BackendTls;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All pools, and the budgets that they share. A pool comes to be with its first client. */
public final class PoolRegistry {
  private final SluiceConfig config;
  private final Surroundings surroundings;
  private final Function<DatabaseConfig, NodeRoles> roles;
  private final Map<PoolKey, Entry> pools = new ConcurrentHashMap<>();
  private final Map<String, ConnectionBudget> databaseBudgets = new ConcurrentHashMap<>();
  private final Map<String, ConnectionBudget> userBudgets = new ConcurrentHashMap<>();

  private record Entry(Pool pool, AtomicReference<LoginCredentials> credentials) {}

  public PoolRegistry(
      SluiceConfig config, Surroundings surroundings, Function<DatabaseConfig, NodeRoles> roles) {
    this.config = config;
    this.surroundings = surroundings;
    this.roles = roles;
  }

  /**
   * The pool for a client that has just proved who it is.
   *
   * @param client what the client can pass on; without meaning where the database has its own login
   */
  public Pool pool(DatabaseConfig database, LoginCredentials client) {
    LoginCredentials credentials = credentials(database, client);
    PoolKey key = new PoolKey(database.name(), credentials.user());
    Entry entry = pools.computeIfAbsent(key, absent -> create(key, database, credentials));
    // The newest secret: a password may have been changed since the pool came to be. A login that
    // needed none does not make an earlier one's wrong.
    if (!(credentials.secret() instanceof NoSecret)) {
      entry.credentials().set(credentials);
    }
    return entry.pool();
  }

  public static LoginCredentials credentials(DatabaseConfig database, LoginCredentials client) {
    String user = database.user();
    Secret password = database.password();
    if (user == null) {
      return client;
    }
    return password == null
        ? LoginCredentials.withoutSecret(user)
        : LoginCredentials.withPassword(user, password.reveal());
  }

  private Entry create(PoolKey key, DatabaseConfig database, LoginCredentials credentials) {
    PoolConfig settings = config.pool(database, key.user());
    AtomicReference<LoginCredentials> current = new AtomicReference<>(credentials);
    ConnectionBudget ofDatabase =
        databaseBudgets.computeIfAbsent(
            key.database(), name -> new ConnectionBudget(settings.maxDatabaseConnections()));
    ConnectionBudget ofUser =
        userBudgets.computeIfAbsent(
            key.user(), name -> new ConnectionBudget(settings.maxUserConnections()));
    Pool pool =
        new Pool(
            key,
            settings,
            database.session(),
            roles.apply(database),
            database.routing().failoverTimeout(),
            surroundings,
            targets(database, settings, current),
            new SharedRoom(List.of(ofDatabase, ofUser), this::roomMade, () -> makeRoom(key)));
    return new Entry(pool, current);
  }

  private static List<NodeTarget> targets(
      DatabaseConfig database, PoolConfig settings, AtomicReference<LoginCredentials> credentials) {
    List<NodeTarget> targets = new ArrayList<>();
    for (int i = 0; i < database.nodes().size(); i++) {
      int node = i;
      targets.add(
          new NodeTarget(
              database.nodes().get(i).toString(),
              () -> target(database, node, settings, credentials.get(), Map.of())));
    }
    return targets;
  }

  /**
   * Where and how to connect for a database.
   *
   * @param index of the node
   */
  public static BackendTarget target(
      DatabaseConfig database,
      int index,
      PoolConfig settings,
      LoginCredentials credentials,
      Map<String, String> startupParameters) {
    Node node = database.nodes().get(index);
    return new BackendTarget(
        index,
        node.toString(),
        address(node),
        database.dbname(),
        credentials,
        tls(database, node),
        startupParameters,
        settings.onConnect(),
        settings.connectTimeout());
  }

  private static BackendTls tls(DatabaseConfig database, Node node) {
    return switch (node) {
      case Node.Tcp tcp -> BackendTls.of(database.tls(), tcp.host());
      case Node.Unix _ -> BackendTls.none();
    };
  }

  private static SocketAddress address(Node node) {
    return switch (node) {
      case Node.Tcp tcp -> InetSocketAddress.createUnresolved(tcp.host(), tcp.port());
      case Node.Unix unix -> new DomainSocketAddress(unix.socket().toString());
    };
  }

  /** What is known of each node of a database. */
  public NodeRoles roles(DatabaseConfig database) {
    return roles.apply(database);
  }

  public Collection<Pool> pools() {
    return pools.values().stream().map(Entry::pool).toList();
  }

  public @Nullable Pool existing(PoolKey key) {
    Entry entry = pools.get(key);
    return entry == null ? null : entry.pool();
  }

  /** The pool whose client has waited longest dials first. */
  private void roomMade() {
    pools().stream()
        .filter(pool -> pool.oldestWaitSince() != null)
        .sorted(Comparator.comparingLong(PoolRegistry::oldestWaitSince))
        .forEach(Pool::tryDialling);
  }

  private static long oldestWaitSince(Pool pool) {
    Long since = pool.oldestWaitSince();
    return since == null ? Long.MAX_VALUE : since;
  }

  private boolean makeRoom(PoolKey forKey) {
    for (Entry entry : pools.values()) {
      PoolKey key = entry.pool().key();
      boolean shares = key.database().equals(forKey.database()) || key.user().equals(forKey.user());
      if (!key.equals(forKey) && shares && entry.pool().closeOneIdle()) {
        return true;
      }
    }
    return false;
  }

  /** Which node of a database is the primary has changed. */
  public void rolesChanged() {
    pools().forEach(Pool::rolesChanged);
  }

  /** What time brings, for all pools. */
  public void maintain() {
    maintain(System.nanoTime());
  }

  /**
   * @param now by {@link System#nanoTime}
   */
  public void maintain(long now) {
    for (Entry entry : pools.values()) {
      entry.pool().maintain(now);
    }
  }

  /**
   * Compares every backend that nobody has with what is believed of it.
   *
   * @return what was found, each with its pool, complete when all have answered
   */
  public CompletableFuture<List<String>> audit() {
    List<CompletableFuture<String>> all = new ArrayList<>();
    for (Pool pool : pools()) {
      pool.auditIdle()
          .forEach(
              found ->
                  all.add(
                      found.thenApply(
                          what ->
                              what.isEmpty()
                                  ? ""
                                  : "pool %s/%s: %s"
                                      .formatted(pool.key().database(), pool.key().user(), what))));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                all.stream()
                    .map(CompletableFuture::resultNow)
                    .filter(what -> !what.isEmpty())
                    .toList());
  }

  public void close() {
    pools().forEach(Pool::close);
  }
}
