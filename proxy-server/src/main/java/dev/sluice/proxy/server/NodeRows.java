package dev.sluice.proxy.server;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.proxy.admin.data.NodeSnapshot;
import dev.sluice.proxy.pool.NodeStatus;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.PoolRegistry;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of SHOW NODES for one database: what is known of each server, and what is used of it.
 */
final class NodeRows {
  private NodeRows() {}

  static List<NodeSnapshot> of(DatabaseConfig database, PoolRegistry pools) {
    List<NodeSnapshot> rows = new ArrayList<>();
    for (int node = 0; node < database.nodes().size(); node++) {
      NodeStatus status = pools.roles(database).status(node);
      int active = 0;
      int idle = 0;
      long transactions = 0;
      long errors = 0;
      for (Pool pool : pools.pools()) {
        if (pool.key().database().equals(database.name())) {
          Pool.Usage usage = pool.usage(node);
          active += usage.active();
          idle += usage.idle();
          transactions += pool.transactions(node);
          errors += pool.errors(node);
        }
      }
      rows.add(
          new NodeSnapshot(
              database.name(),
              database.nodes().get(node).toString(),
              status.role(),
              status.state(),
              status.reason(),
              status.stalenessMillis(),
              status.lagBytes(),
              status.tick(),
              status.timeline(),
              status.replayLsn(),
              active,
              idle,
              transactions,
              errors,
              status.lastProbeMillis()));
    }
    return rows;
  }
}
