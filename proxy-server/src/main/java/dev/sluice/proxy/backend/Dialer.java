package dev.sluice.proxy.backend;

/** Opens connections to PostgreSQL. */
@FunctionalInterface
public interface Dialer {
  /** Begins to connect and log in; the owner hears of the outcome, exactly once. */
  void dial(BackendTarget target, int loopIndex, BackendOwner owner);
}
