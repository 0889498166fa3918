package dev.sluice.proxy.server;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Node;
import dev.sluice.config.ProbeConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.cluster.ClusterMonitor;
import dev.sluice.proxy.cluster.FreshnessLimits;
import dev.sluice.proxy.cluster.MonitoredNode;
import dev.sluice.proxy.cluster.ProbeTarget;
import dev.sluice.proxy.cluster.ProbeTiming;
import dev.sluice.proxy.cluster.ServerProbers;
import dev.sluice.proxy.pool.NodeRoles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The databases with several nodes: their servers are watched from the start on. */
final class Clusters implements AutoCloseable {
  /** There on every server, for a database that stands for any name. */
  private static final String MAINTENANCE_DATABASE = "postgres";

  private final ServerProbers probers = new ServerProbers(System::nanoTime);
  private final List<ClusterMonitor> monitors = new ArrayList<>();
  private final Map<String, NodeRoles> byDatabase = new HashMap<>();

  private Clusters() {}

  /**
   * Begins to watch.
   *
   * @throws StartupException if nobody is named who could ask the servers
   */
  static Clusters watch(SluiceConfig config) throws StartupException {
    Clusters clusters = new Clusters();
    List<DatabaseConfig> databases = new ArrayList<>(config.databases().values());
    DatabaseConfig fallback = config.fallback();
    if (fallback != null) {
      databases.add(fallback);
    }
    for (DatabaseConfig database : databases) {
      if (database.nodes().size() > 1 && !clusters.byDatabase.containsKey(database.name())) {
        try {
          clusters.add(database);
        } catch (StartupException e) {
          clusters.close();
          throw e;
        }
      }
    }
    return clusters;
  }

  private void add(DatabaseConfig database) throws StartupException {
    ProbeConfig probe = database.routing().probe();
    String user = probe.user() != null ? probe.user() : database.user();
    Secret password = probe.user() != null ? probe.password() : database.password();
    if (user == null) {
      throw new StartupException(
          ("databases.%s.nodes: several nodes are asked for their roles, and clients' logins are"
               + " not Sluice's to use; set routing.probe { user, password }, whose user needs no"
               + " rights beyond CONNECT")
              .formatted(database.name()));
    }
    String dbname =
        database.dbname().equals(DatabaseConfig.ANY) ? MAINTENANCE_DATABASE : database.dbname();
    List<MonitoredNode> nodes = new ArrayList<>();
    for (Node node : database.nodes()) {
      ProbeTarget target =
          ProbeTarget.of(
              node,
              dbname,
              user,
              password == null ? "" : password.reveal(),
              DriverTls.properties(database.tls()));
      nodes.add(new MonitoredNode(target, node.role()));
    }
    ClusterMonitor monitor =
        ClusterMonitor.start(
            database.name(),
            nodes,
            FreshnessLimits.of(database.routing()),
            ProbeTiming.of(probe),
            probers,
            System::nanoTime);
    monitors.add(monitor);
    byDatabase.put(database.name(), new ClusterRoles(monitor));
  }

  /** What is known of a database's nodes; of a name that only the fallback has, the fallback's. */
  NodeRoles roles(DatabaseConfig database) {
    if (database.nodes().size() == 1) {
      return NodeRoles.onlyOne();
    }
    NodeRoles roles = byDatabase.get(database.name());
    if (roles == null) {
      roles = byDatabase.get(DatabaseConfig.ANY);
    }
    if (roles == null) {
      throw new IllegalStateException("not watched: " + database.name());
    }
    return roles;
  }

  /** Told, by a prober's thread, when a role has changed; must not block. */
  void onChange(Runnable changed) {
    monitors.forEach(monitor -> monitor.addListener((before, after) -> changed.run()));
  }

  @Override
  public void close() {
    monitors.forEach(ClusterMonitor::close);
    probers.close();
  }
}
