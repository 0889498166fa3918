package dev.sluice.proxy.admin.data;

import java.time.Instant;

/**
 * A client that keeps its backend between transactions.
 *
 * @param clientId as in SHOW CLIENTS
 * @param statement the beginning of what led to it; empty if that is not known
 */
public record PinSnapshot(
    int clientId,
    String user,
    String database,
    String node,
    String reason,
    Instant since,
    String statement) {}
