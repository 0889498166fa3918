package dev.sluice.proxy.pool;

/**
 * Which of a database's nodes is what, as far as is known at the moment. Asked under a pool's lock
 * and on event loops: answers at once.
 */
public interface NodeRoles {
  /** There is none. */
  int NONE = -1;

  /** The number of the node that takes writes, {@link #NONE} while no node is known to. */
  int primary();

  /** What is known of a node, for people. */
  NodeStatus status(int node);

  /** A database with one node has nothing to choose. */
  static NodeRoles onlyOne() {
    return new NodeRoles() {
      @Override
      public int primary() {
        return 0;
      }

      @Override
      public NodeStatus status(int node) {
        return NodeStatus.NOT_PROBED;
      }
    };
  }
}
