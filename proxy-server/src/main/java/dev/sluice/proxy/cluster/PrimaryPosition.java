package dev.sluice.proxy.cluster;

/**
 * What a primary answered to one probe.
 *
 * @param node its place in the list
 * @param systemIdentifier which cluster it belongs to
 * @param insertLsn {@code pg_current_wal_insert_lsn()}: beyond every commit that was acknowledged
 *     when it was read, also with asynchronous commit
 */
public record PrimaryPosition(
    int node, long systemIdentifier, int timeline, long insertLsn, WalGeometry geometry) {

  /** Whether the two can be positions in one history. */
  boolean continues(PrimaryPosition earlier) {
    return node == earlier.node
        && systemIdentifier == earlier.systemIdentifier
        && timeline == earlier.timeline;
  }
}
