package dev.sluice.proxy.admin.data;

/**
 * Totals of one database since the process started. Times are in microseconds, sizes in bytes.
 *
 * @param serverAssignments times a backend was leased to a client
 * @param bytesReceived read from clients
 * @param bytesSent read from backends, towards clients
 * @param waitMicros spent by clients waiting for a backend
 * @param clientParses Parse messages of named statements that clients sent
 * @param serverParses Parse messages that Sluice sent to backends
 */
public record StatsSnapshot(
    String database,
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

  public static StatsSnapshot zero(String database) {
    return new StatsSnapshot(database, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** The sum of both, under this row's name. */
  public StatsSnapshot plus(StatsSnapshot other) {
    return new StatsSnapshot(
        database,
        serverAssignments + other.serverAssignments,
        transactions + other.transactions,
        queries + other.queries,
        bytesReceived + other.bytesReceived,
        bytesSent + other.bytesSent,
        transactionMicros + other.transactionMicros,
        queryMicros + other.queryMicros,
        waitMicros + other.waitMicros,
        clientParses + other.clientParses,
        serverParses + other.serverParses,
        binds + other.binds);
  }
}
