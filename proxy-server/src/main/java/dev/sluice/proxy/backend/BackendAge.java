package dev.sluice.proxy.backend;

/**
 * How old a backend is and since when nobody has it; in nanoseconds of {@link System#nanoTime}.
 * Belongs to the pool, under its lock.
 */
public final class BackendAge {
  private final long createdNanos = System.nanoTime();
  private long idleSinceNanos;
  private long expiresNanos = Long.MAX_VALUE;
  private long auditedNanos = createdNanos;
  private boolean usedSinceAudit;

  void pooled(long nowNanos) {
    idleSinceNanos = nowNanos;
  }

  public long idleNanos(long nowNanos) {
    return nowNanos - idleSinceNanos;
  }

  void leased() {
    usedSinceAudit = true;
  }

  /** Somebody has had it since it was last compared with what is believed of it. */
  public boolean usedSinceAudit() {
    return usedSinceAudit;
  }

  public long nanosSinceAudit(long nowNanos) {
    return nowNanos - auditedNanos;
  }

  public void audited(long nowNanos) {
    auditedNanos = nowNanos;
    usedSinceAudit = false;
  }

  /** Sets how long the connection may live; {@link Long#MAX_VALUE} for ever. */
  public void lifetime(long nanos) {
    expiresNanos = nanos == Long.MAX_VALUE ? nanos : createdNanos + nanos;
  }

  public boolean expired(long nowNanos) {
    return expiresNanos != Long.MAX_VALUE && nowNanos - expiresNanos >= 0;
  }
}
