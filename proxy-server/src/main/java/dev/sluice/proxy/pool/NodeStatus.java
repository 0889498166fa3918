package dev.sluice.proxy.pool;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a server at the moment, for people.
 *
 * @param role primary, replica or unknown
 * @param state up, lagging, down or drained
 * @param reason why; empty if there is nothing to say
 * @param stalenessMillis a bound on the age of what it shows; null if that is not known
 * @param lagBytes of WAL, null if that is not known
 * @param tick the newest that it has reached, null for none
 * @param timeline null if that is not known
 * @param replayLsn null if that is not known
 * @param lastProbeMillis since it answered last, null if it never has
 */
public record NodeStatus(
    String role,
    String state,
    String reason,
    @Nullable Long stalenessMillis,
    @Nullable Long lagBytes,
    @Nullable Long tick,
    @Nullable Long timeline,
    @Nullable String replayLsn,
    @Nullable Long lastProbeMillis) {
  /** Where there is nothing to choose, nobody asks. */
  static final NodeStatus NOT_PROBED =
      new NodeStatus(
          "unknown",
          "up",
          "the only node: it is not asked for its role",
          null,
          null,
          null,
          null,
          null,
          null);
}
