package dev.sluice.proxy.cluster;

/**
 * What a replica answered to one probe.
 *
 * @param replayLsn {@code pg_last_wal_replay_lsn()}
 * @param timeline which one it follows; 0 if that is not proven
 * @param startMicros when its postmaster was started, by its own clock
 * @param askedNanos before it was asked
 * @param answeredNanos after it had answered
 * @param generation of the connection that it was asked on
 */
public record ReplicaPosition(
    long replayLsn,
    int timeline,
    long startMicros,
    long askedNanos,
    long answeredNanos,
    long generation) {}
