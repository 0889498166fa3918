package dev.sluice.proxy.backend;

/**
 * How old a backend is and since when nobody has it; in nanoseconds of {@link System#nanoTime}.
 * Belongs to the pool, under its lock.
 */
public final class BackendAge {
  private final long createdNanos = System.nanoTime();
  private long idleSinceNanos;
  private long expiresNanos = Long.MAX_VALUE;

  void pooled(long nowNanos) {
    idleSinceNanos = nowNanos;
  }

  public long idleNanos(long nowNanos) {
    return nowNanos - idleSinceNanos;
  }

  /** Sets how long the connection may live; {@link Long#MAX_VALUE} for ever. */
  public void lifetime(long nanos) {
    expiresNanos = nanos == Long.MAX_VALUE ? nanos : createdNanos + nanos;
  }

  public boolean expired(long nowNanos) {
    return expiresNanos != Long.MAX_VALUE && nowNanos - expiresNanos >= 0;
  }
}
