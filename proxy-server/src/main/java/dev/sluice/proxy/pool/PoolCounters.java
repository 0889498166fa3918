package dev.sluice.proxy.pool;

/**
 * What happened in a pool on one event loop. Plain fields: written by that loop alone, added up by
 * readers who may be a moment late.
 */
public final class PoolCounters {
  public long transactions;
  public long queries;
  public long assignments;
  public long transactionNanos;
  public long queryNanos;
  public long waitNanos;
  public long clientBytesReceived;
  public long clientBytesSent;
  public long clientParses;
  public long serverParses;
  public long binds;
  public long errors;
  public long waitTimeouts;

  void addTo(PoolCounters sum) {
    sum.transactions += transactions;
    sum.queries += queries;
    sum.assignments += assignments;
    sum.transactionNanos += transactionNanos;
    sum.queryNanos += queryNanos;
    sum.waitNanos += waitNanos;
    sum.clientBytesReceived += clientBytesReceived;
    sum.clientBytesSent += clientBytesSent;
    sum.clientParses += clientParses;
    sum.serverParses += serverParses;
    sum.binds += binds;
    sum.errors += errors;
    sum.waitTimeouts += waitTimeouts;
  }
}
