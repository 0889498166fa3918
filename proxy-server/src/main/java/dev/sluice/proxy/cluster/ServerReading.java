package dev.sluice.proxy.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What a server answered to one probe.
 *
 * @param timeline the one that a primary writes or a replica follows; 0 if it is not known
 * @param askedNanos before the question was sent
 * @param answeredNanos after the answer had come
 * @param generation of the connection; another one after every loss
 */
public record ServerReading(
    ServerIdentity identity,
    int timeline,
    Position position,
    WalGeometry wal,
    long askedNanos,
    long answeredNanos,
    long generation) {

  /** Where a server is in the WAL, which also says what it is. */
  public sealed interface Position {}

  /**
   * It is not in recovery.
   *
   * @param insertLsn {@code pg_current_wal_insert_lsn()}
   * @param flushLsn {@code pg_current_wal_flush_lsn()}, read a little before
   */
  public record Writing(long insertLsn, long flushLsn) implements Position {}

  /**
   * It is in recovery.
   *
   * @param replayLsn {@code pg_last_wal_replay_lsn()}; 0 if it has replayed nothing
   * @param paused {@code pg_is_wal_replay_paused()}
   */
  public record Replaying(long replayLsn, boolean paused) implements Position {}

  /**
   * The same reading on the timeline of an earlier one, if that was higher. Where no WAL receiver
   * runs the control file may still have the timeline before; but nobody goes back to one while he
   * runs.
   */
  ServerReading onTimelineFrom(@Nullable ServerReading earlier) {
    return earlier != null
            && earlier.timeline > timeline
            && earlier.identity.startMicros() == identity.startMicros()
            && earlier.identity.systemIdentifier() == identity.systemIdentifier()
        ? new ServerReading(
            identity, earlier.timeline, position, wal, askedNanos, answeredNanos, generation)
        : this;
  }

  /** Whether it is not in recovery. */
  public boolean isWriting() {
    return position instanceof Writing;
  }
}
