package dev.sluice.proxy.backend;

/** Opens connections to PostgreSQL. */
public interface Dialer {
  /** Begins to connect and log in; the owner hears of the outcome, exactly once. */
  void dial(BackendTarget target, int loopIndex, BackendOwner owner);

  /**
   * Moves an idle backend, which is the caller's alone, to another event loop; it is then offered
   * to its pool again.
   */
  void move(BackendConnection backend, int loopIndex);
}
