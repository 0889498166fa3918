package dev.sluice.proxy.server;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Node;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.UserConfig;
import dev.sluice.proxy.admin.ConsoleAccess;
import dev.sluice.proxy.admin.data.BackendSnapshot;
import dev.sluice.proxy.admin.data.ClientSnapshot;
import dev.sluice.proxy.admin.data.ConfigEntry;
import dev.sluice.proxy.admin.data.ConsoleData;
import dev.sluice.proxy.admin.data.DatabaseSnapshot;
import dev.sluice.proxy.admin.data.ListsSnapshot;
import dev.sluice.proxy.admin.data.MemorySnapshot;
import dev.sluice.proxy.admin.data.NodeSnapshot;
import dev.sluice.proxy.admin.data.PinSnapshot;
import dev.sluice.proxy.admin.data.PoolSnapshot;
import dev.sluice.proxy.admin.data.ProxyState;
import dev.sluice.proxy.admin.data.StatsSnapshot;
import dev.sluice.proxy.admin.data.UserSnapshot;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.BackendView;
import dev.sluice.proxy.client.ClientConnection;
import dev.sluice.proxy.client.ClientRegistry;
import dev.sluice.proxy.client.ClientView;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolCounters;
import dev.sluice.proxy.pool.PoolRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the console sees of the running proxy, gathered when it asks. */
final class ProxyView implements ConsoleData {
  private final SluiceConfig config;
  private final PoolRegistry pools;
  private final ClientRegistry clients;
  private final String version;
  private final Clock clock = Clock.system(ZoneId.systemDefault());

  ProxyView(SluiceConfig config, PoolRegistry pools, ClientRegistry clients, String version) {
    this.config = config;
    this.pools = pools;
    this.clients = clients;
    this.version = version;
  }

  private static final String CONSOLE = "sluice";

  private List<Pool> sortedPools() {
    return pools.pools().stream()
        .sorted(
            java.util.Comparator.comparing((Pool pool) -> pool.key().database())
                .thenComparing(pool -> pool.key().user()))
        .toList();
  }

  @Override
  public List<PoolSnapshot> pools() {
    List<PoolSnapshot> rows = new ArrayList<>();
    for (Pool pool : sortedPools()) {
      Pool.Usage usage = pool.usage();
      int tested = 0;
      for (var backend : pool.backends()) {
        if (backend.view().state() == BackendView.State.TESTED) {
          tested++;
        }
      }
      rows.add(
          new PoolSnapshot(
              pool.key().database(),
              pool.key().user(),
              Math.max(0, pool.clients() - usage.waiting()),
              usage.waiting(),
              0,
              0,
              Math.max(0, usage.active() - tested),
              0,
              0,
              usage.idle(),
              0,
              tested,
              usage.dialling(),
              Duration.ofNanos(usage.oldestWaitNanos()),
              word(pool.config().mode()),
              null));
    }
    rows.add(
        new PoolSnapshot(
            CONSOLE,
            CONSOLE,
            consoleClients(),
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Duration.ZERO,
            "statement",
            null));
    return rows;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }

  private int consoleClients() {
    return (int)
        clients.clients().stream()
            .map(ClientConnection::login)
            .filter(login -> login != null && ConsoleAccess.isConsole(login.database()))
            .count();
  }

  @Override
  public List<ClientSnapshot> clients() {
    return clients.clients().stream().map(client -> ConnectionRows.client(client.view())).toList();
  }

  @Override
  public List<PinSnapshot> pins() {
    return clients.clients().stream()
        .flatMap(client -> ConnectionRows.pins(client.view()).stream())
        .toList();
  }

  @Override
  public List<BackendSnapshot> backends() {
    List<BackendSnapshot> rows = new ArrayList<>();
    IdentityHashMap<BackendConnection, ClientView> holders = new IdentityHashMap<>();
    for (ClientConnection client : clients.clients()) {
      ClientView view = client.view();
      if (view.backend() != null) {
        holders.put(view.backend(), view);
      }
    }
    for (Pool pool : sortedPools()) {
      for (var backend : pool.backends()) {
        rows.add(ConnectionRows.backend(pool.key(), backend.view(), holders.get(backend)));
      }
    }
    return rows;
  }

  @Override
  public List<NodeSnapshot> nodes() {
    List<NodeSnapshot> rows = new ArrayList<>();
    config.databases().values().stream()
        .filter(database -> !database.name().equals(DatabaseConfig.ANY))
        .forEach(database -> rows.addAll(NodeRows.of(database, pools)));
    for (String asked : fallbackNames()) {
      DatabaseConfig bound = config.database(asked);
      if (bound != null) {
        rows.addAll(NodeRows.of(bound, pools));
      }
    }
    return rows;
  }

  @Override
  public List<DatabaseSnapshot> databases() {
    List<DatabaseSnapshot> rows = new ArrayList<>();
    config.databases().values().forEach(database -> rows.add(database(database)));
    for (String asked : fallbackNames()) {
      DatabaseConfig bound = config.database(asked);
      if (bound != null) {
        rows.add(database(bound));
      }
    }
    rows.add(
        new DatabaseSnapshot(
            CONSOLE,
            null,
            0,
            CONSOLE,
            CONSOLE,
            0,
            0,
            0,
            Duration.ZERO,
            "statement",
            null,
            0,
            0,
            0,
            consoleClients(),
            false,
            false));
    return rows;
  }

  private Set<String> fallbackNames() {
    TreeSet<String> names = new TreeSet<>();
    pools.pools().forEach(pool -> names.add(pool.key().database()));
    names.removeAll(config.databases().keySet());
    return names;
  }

  private DatabaseSnapshot database(DatabaseConfig database) {
    Node node = database.nodes().getFirst();
    int backends = 0;
    int connected = 0;
    for (Pool pool : pools.pools()) {
      if (pool.key().database().equals(database.name())) {
        Pool.Usage usage = pool.usage();
        backends += usage.active() + usage.idle() + usage.dialling();
        connected += pool.clients();
      }
    }
    return new DatabaseSnapshot(
        database.name(),
        node instanceof Node.Tcp tcp ? tcp.host() : null,
        node instanceof Node.Tcp tcp ? tcp.port() : 0,
        database.dbname(),
        database.user(),
        database.pool().size(),
        database.pool().minSize(),
        database.pool().reserveSize(),
        database.pool().lifetime(),
        database.pool().mode() == config.pool().mode() ? null : word(database.pool().mode()),
        null,
        database.pool().maxDatabaseConnections(),
        backends,
        database.pool().maxDatabaseClients(),
        connected,
        false,
        false);
  }

  @Override
  public List<UserSnapshot> users() {
    TreeSet<String> names = new TreeSet<>(config.users().keySet());
    pools.pools().forEach(pool -> names.add(pool.key().user()));
    List<UserSnapshot> rows = new ArrayList<>();
    for (String name : names) {
      int backends = 0;
      int connected = 0;
      for (Pool pool : pools.pools()) {
        if (pool.key().user().equals(name)) {
          Pool.Usage usage = pool.usage();
          backends += usage.active() + usage.idle() + usage.dialling();
          connected += pool.clients();
        }
      }
      UserConfig own = config.users().get(name);
      var pool = own == null ? config.pool() : own.pool().over(config.pool());
      boolean overrides = own != null;
      rows.add(
          new UserSnapshot(
              name,
              overrides && pool.size() != config.pool().size() ? pool.size() : null,
              overrides && pool.reserveSize() != config.pool().reserveSize()
                  ? pool.reserveSize()
                  : null,
              overrides && pool.mode() != config.pool().mode() ? word(pool.mode()) : null,
              pool.maxUserConnections(),
              backends,
              pool.maxUserClients(),
              connected));
    }
    return rows;
  }

  @Override
  public List<StatsSnapshot> stats() {
    Map<String, StatsSnapshot> rows = new TreeMap<>();
    config.databases().keySet().forEach(name -> rows.put(name, StatsSnapshot.zero(name)));
    for (Pool pool : pools.pools()) {
      String name = pool.key().database();
      rows.merge(name, totals(name, pool.totals()), StatsSnapshot::plus);
    }
    List<StatsSnapshot> all = new ArrayList<>(rows.values());
    all.add(StatsSnapshot.zero(CONSOLE));
    return all;
  }

  private static StatsSnapshot totals(String database, PoolCounters sum) {
    return new StatsSnapshot(
        database,
        sum.assignments,
        sum.transactions,
        sum.queries,
        sum.clientBytesReceived,
        sum.clientBytesSent,
        sum.transactionNanos / 1000,
        sum.queryNanos / 1000,
        sum.waitNanos / 1000,
        sum.clientParses,
        sum.serverParses,
        sum.binds);
  }

  @Override
  public ListsSnapshot lists() {
    int idle = 0;
    int busy = 0;
    for (Pool pool : pools.pools()) {
      Pool.Usage usage = pool.usage();
      idle += usage.idle();
      busy += usage.active() + usage.dialling();
    }
    int loggedIn = clients.clients().size();
    return new ListsSnapshot(
        databases().size(),
        users().size(),
        config.peers().size(),
        pools.pools().size() + 1,
        0,
        0,
        loggedIn,
        Math.max(0, clients.connected() - loggedIn),
        idle,
        busy,
        0,
        0,
        0,
        0);
  }

  @Override
  public List<ConfigEntry> config(boolean pgbouncerNames) {
    return ConfigRows.of(config, pgbouncerNames);
  }

  @Override
  public List<MemorySnapshot> memory() {
    var direct = io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric();
    var heap = java.lang.management.ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return List.of(
        new MemorySnapshot(
            "direct_chunk",
            direct.chunkSize(),
            direct.usedDirectMemory() / Math.max(1, direct.chunkSize()),
            0,
            direct.usedDirectMemory()),
        new MemorySnapshot(
            "heap", 1, heap.getUsed(), heap.getCommitted() - heap.getUsed(), heap.getCommitted()));
  }

  @Override
  public ProxyState state() {
    return ProxyState.ACTIVE;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Clock clock() {
    return clock;
  }
}
