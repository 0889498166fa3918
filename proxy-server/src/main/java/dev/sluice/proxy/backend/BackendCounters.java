package dev.sluice.proxy.backend;

/**
 * Bytes from and to PostgreSQL on one event loop. Plain fields, written by that loop alone; whoever
 * adds them up may read a moment late.
 */
public final class BackendCounters {
  long received;
  long sent;

  public long received() {
    return received;
  }

  public long sent() {
    return sent;
  }
}
