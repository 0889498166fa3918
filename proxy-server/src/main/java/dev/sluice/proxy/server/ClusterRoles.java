package dev.sluice.proxy.server;

import dev.sluice.proxy.cluster.ClusterMonitor;
import dev.sluice.proxy.cluster.ClusterView;
import dev.sluice.proxy.cluster.NodeView;
import dev.sluice.proxy.cluster.ServerRole;
import dev.sluice.proxy.pool.NodeRoles;
import dev.sluice.proxy.pool.NodeStatus;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a database's pools are told of its servers, which are watched. */
final class ClusterRoles implements NodeRoles {
  private final ClusterMonitor monitor;

  ClusterRoles(ClusterMonitor monitor) {
    this.monitor = monitor;
  }

  @Override
  public int primary() {
    NodeView primary = monitor.view().primary();
    return primary == null ? NONE : primary.node();
  }

  @Override
  public NodeStatus status(int node) {
    ClusterView all = monitor.view();
    NodeView view = all.nodes().get(node);
    long now = System.nanoTime();
    boolean answers = view.identity() != null;
    boolean replica = view.role() == ServerRole.REPLICA;
    boolean reached = replica && view.reached().isKnown();
    return new NodeStatus(
        word(view.role()),
        word(view.state()),
        view.reason(),
        reached ? TimeUnit.NANOSECONDS.toMillis(view.stalenessNanos(now)) : null,
        known(view.lagBytes(), view.lagBytes() >= 0),
        reached ? view.reached().tick() : null,
        known(view.timeline(), view.timeline() != 0),
        view.lsn() == 0 ? null : view.lsnText(),
        answers ? TimeUnit.NANOSECONDS.toMillis(now - view.answeredNanos()) : null);
  }

  private static @Nullable Long known(long value, boolean isKnown) {
    return isKnown ? value : null;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
