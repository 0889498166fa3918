package dev.sluice.proxy.cluster;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line for each change of a role or a state, and none for anything else. */
final class ChangeLog {
  private static final Logger log = LoggerFactory.getLogger(ClusterMonitor.class);

  private final String cluster;

  ChangeLog(String cluster) {
    this.cluster = cluster;
  }

  void changed(ClusterView before, ClusterView after) {
    for (int i = 0; i < after.nodes().size(); i++) {
      changed(before.nodes().get(i), after.nodes().get(i));
    }
    alarm(before.alarm(), after.alarm());
  }

  private void changed(NodeView before, NodeView after) {
    if (before.role() == after.role()
        && before.state() == after.state()
        && cause(before).equals(cause(after))) {
      return;
    }
    log.atLevel(after.state() == NodeState.DOWN ? Level.WARN : Level.INFO)
        .log(
            "{}: server {} was {} and {}, is {} and {}{}",
            cluster,
            after.name(),
            word(before.role()),
            word(before.state()),
            word(after.role()),
            word(after.state()),
            after.reason().isEmpty()
                ? " (timeline " + after.timeline() + ", at " + after.lsnText() + ")"
                : ": " + after.reason());
  }

  /** What else makes a line for a server that is down: it is silent, or it is refused. */
  private static String cause(NodeView view) {
    if (view.state() != NodeState.DOWN
        || view.reason().equals(NodeRecord.NOT_HEARD)
        || view.reason().equals(NodeRecord.NOT_DECIDED)) {
      return "";
    }
    // How exactly it is silent changes from probe to probe.
    return view.identity() == null ? "silent" : view.reason();
  }

  private void alarm(@Nullable String before, @Nullable String after) {
    if (after != null && !after.equals(before)) {
      log.warn("{}: {}", cluster, after);
    } else if (after == null && before != null) {
      log.info("{}: the primary is beyond doubt again", cluster);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
