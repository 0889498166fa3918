package dev.sluice.proxy.cluster;

/** Whether a server can be used. */
public enum NodeState {
  UP,
  /** A replica whose bound is over the limit, is not known, or was so a moment ago. */
  LAGGING,
  /** It does not answer, or is refused. */
  DOWN,
  /** A person has taken it out. */
  DRAINED
}
