package dev.sluice.proxy.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all servers of one list at one moment.
 *
 * @param primary the one that answers now and is to be used; null if there is none
 * @param nodes in the order of the list
 * @param alarm what a person has to look at; null if nothing is wrong
 */
public record ClusterView(
    @Nullable NodeView primary, List<NodeView> nodes, @Nullable String alarm) {
  public ClusterView {
    nodes = List.copyOf(nodes);
  }

  /** Whether nothing that a listener is told of differs. */
  boolean sameRolesAndStates(ClusterView other) {
    for (int i = 0; i < nodes.size(); i++) {
      NodeView one = nodes.get(i);
      NodeView two = other.nodes.get(i);
      if (one.role() != two.role() || one.state() != two.state()) {
        return false;
      }
    }
    return true;
  }
}
