package dev.sluice.proxy.cluster;

/**
 * Whether a replica is used: no longer from the first reading that is too stale, and again only
 * after some good ones in a row, so that one at the limit does not go in and out. Not for several
 * threads.
 */
final class Admission {
  private final int readmitAfter;
  private boolean admitted = true;
  private int goodInRow;

  Admission(int readmitAfter) {
    this.readmitAfter = readmitAfter;
  }

  void reading(boolean good) {
    if (!good) {
      admitted = false;
      goodInRow = 0;
    } else if (!admitted && ++goodInRow >= readmitAfter) {
      admitted = true;
    }
  }

  boolean isAdmitted() {
    return admitted;
  }

  /** Good readings that are still missing. */
  int missing() {
    return admitted ? 0 : readmitAfter - goodInRow;
  }
}
