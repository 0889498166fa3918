package dev.sluice.proxy.admin.data;

import org.jspecify.annotations.Nullable;

/**
 * One server of a database, as it is known at the moment.
 *
 * @param role primary, replica or unknown
 * @param state up, lagging, down or drained
 * @param reason why it is in this state; empty if there is nothing to say
 * @param stalenessMillis a bound on how old what it shows may be; null if that is not known
 * @param lagBytes of WAL, null if that is not known
 * @param tick the newest that it has reached, null for none
 * @param replayLsn null if that is not known
 * @param transactions since the process started
 * @param errors that it answered with, since the process started
 * @param lastProbeMillis since it answered last, null if it never has
 */
public record NodeSnapshot(
    String database,
    String node,
    String role,
    String state,
    String reason,
    @Nullable Long stalenessMillis,
    @Nullable Long lagBytes,
    @Nullable Long tick,
    @Nullable Long timeline,
    @Nullable String replayLsn,
    int backendsActive,
    int backendsIdle,
    long transactions,
    long errors,
    @Nullable Long lastProbeMillis) {}
