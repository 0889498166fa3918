package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.count;
import static dev.sluice.proxy.admin.Column.int4;
import static dev.sluice.proxy.admin.Column.numeric;
import static dev.sluice.proxy.admin.Column.text;

import dev.sluice.proxy.admin.data.NodeSnapshot;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** SHOW NODES: a row for each server of each database. */
final class NodeTables {
  static final ConsoleTable<NodeSnapshot> NODES =
      new ConsoleTable<>(
          "nodes",
          List.of(
              text("database", NodeSnapshot::database),
              text("node", NodeSnapshot::node),
              text("role", NodeSnapshot::role),
              text("state", NodeSnapshot::state),
              text("reason", NodeSnapshot::reason),
              known("staleness_ms", NodeSnapshot::stalenessMillis),
              known("lag_bytes", NodeSnapshot::lagBytes),
              known("tick", NodeSnapshot::tick),
              known("timeline", NodeSnapshot::timeline),
              text("replay_lsn", NodeSnapshot::replayLsn),
              int4("backends_active", NodeSnapshot::backendsActive),
              int4("backends_idle", NodeSnapshot::backendsIdle),
              count("transactions", NodeSnapshot::transactions),
              count("errors", NodeSnapshot::errors),
              known("last_probe_ms", NodeSnapshot::lastProbeMillis)),
          context -> context.data().nodes());

  private NodeTables() {}

  /** A whole number, or NULL. */
  private static Column<NodeSnapshot> known(
      String name, Function<NodeSnapshot, @Nullable Long> value) {
    return numeric(
        name,
        row -> {
          Long number = value.apply(row);
          return number == null ? null : BigDecimal.valueOf(number);
        });
  }
}
