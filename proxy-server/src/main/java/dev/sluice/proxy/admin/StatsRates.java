package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.data.StatsSnapshot;

/**
 * What happened between two samples. Counts and bytes are per second; times are in microseconds,
 * per transaction, per query and (waiting) per server assignment, as in PgBouncer.
 */
public record StatsRates(
    long serverAssignments,
    long transactions,
    long queries,
    long bytesReceived,
    long bytesSent,
    long transactionMicros,
    long queryMicros,
    long waitMicros,
    long clientParses,
    long serverParses,
    long binds) {

  static final StatsRates NONE = new StatsRates(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** {@code nanos} is the time from the older sample to the newer and above zero. */
  static StatsRates between(StatsSnapshot older, StatsSnapshot newer, long nanos) {
    long transactions = newer.transactions() - older.transactions();
    long queries = newer.queries() - older.queries();
    long assignments = newer.serverAssignments() - older.serverAssignments();
    return new StatsRates(
        perSecond(assignments, nanos),
        perSecond(transactions, nanos),
        perSecond(queries, nanos),
        perSecond(newer.bytesReceived() - older.bytesReceived(), nanos),
        perSecond(newer.bytesSent() - older.bytesSent(), nanos),
        each(newer.transactionMicros() - older.transactionMicros(), transactions),
        each(newer.queryMicros() - older.queryMicros(), queries),
        each(newer.waitMicros() - older.waitMicros(), assignments),
        perSecond(newer.clientParses() - older.clientParses(), nanos),
        perSecond(newer.serverParses() - older.serverParses(), nanos),
        perSecond(newer.binds() - older.binds(), nanos));
  }

  private static long perSecond(long delta, long nanos) {
    return (long) (Math.max(0, delta) * 1e9 / nanos);
  }

  private static long each(long total, long count) {
    return count <= 0 ? 0 : Math.max(0, total) / count;
  }
}
