package dev.sluice.proxy.cluster;

/**
 * Notices that a primary has stopped with WAL that is not flushed. The last record of an open
 * transaction stays so until the background writer comes by, up to 15 s later; no replica gets it
 * before, and all look stale. Not for several threads.
 */
final class QuietPrimary {
  private final long patienceNanos;
  private long stuckAt;
  private long sinceNanos;
  private boolean stuck;

  /**
   * @param patienceNanos how long flushing may take; a commit that does not wait for it
   */
  QuietPrimary(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** Whether it is time to write something behind it. */
  boolean wantsNudge(long recordEnd, long flushLsn, long askedNanos) {
    boolean before = stuck && stuckAt == recordEnd;
    stuck = flushLsn < recordEnd;
    if (!stuck || !before) {
      stuckAt = recordEnd;
      sinceNanos = askedNanos;
      return false;
    }
    return askedNanos - sinceNanos >= patienceNanos;
  }
}
