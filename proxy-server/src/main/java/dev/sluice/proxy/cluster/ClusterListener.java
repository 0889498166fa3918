package dev.sluice.proxy.cluster;

/** Who wants to know when a server's role or state changes. */
@FunctionalInterface
public interface ClusterListener {
  /**
   * A role or a state has changed. Called by a prober's thread, by one at a time, with the views in
   * their order; it must not block, for probes wait for it.
   */
  void changed(ClusterView before, ClusterView after);
}
