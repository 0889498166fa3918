package dev.sluice.proxy.cluster;

/**
 * How a server divides its WAL.
 *
 * @param blockSize bytes of one page, {@code wal_block_size}
 * @param segmentSize bytes of one file, {@code wal_segment_size}
 */
public record WalGeometry(int blockSize, long segmentSize) {
  /** {@code SizeOfXLogShortPHD}: what each page begins with. */
  private static final int PAGE_HEADER = 24;

  /** {@code SizeOfXLogLongPHD}: what each segment begins with. */
  private static final int SEGMENT_HEADER = 40;

  /**
   * The end of the last record before an insert position. Where that record fills its page, the
   * insert position is behind the next page's header, and replay stays in front of it; a replica of
   * an idle primary would never arrive.
   */
  public long lastRecordEnd(long insertLsn) {
    if (insertLsn % segmentSize == SEGMENT_HEADER) {
      return insertLsn - SEGMENT_HEADER;
    }
    // At a segment's start 24 would be within the longer header, which is no insert position.
    return insertLsn % blockSize == PAGE_HEADER ? insertLsn - PAGE_HEADER : insertLsn;
  }
}
