package dev.sluice.proxy.cluster;

import dev.sluice.config.NodeRole;
import dev.sluice.proxy.cluster.ServerReading.Replaying;
import dev.sluice.proxy.cluster.ServerReading.Writing;
import org.jspecify.annotations.Nullable;

/** What the monitor keeps of one server. Guarded by the monitor. */
final class NodeRecord {
  static final String NOT_HEARD = "was not probed yet";
  static final String NOT_DECIDED =
      "is not in recovery; which server is the primary is not decided yet";

  private final int node;
  private final String name;
  private final NodeRole configured;
  private final FreshnessLimits limits;
  private final Admission admission;
  private @Nullable ServerReading reading;
  private @Nullable ServerReading last;
  private String failure = NOT_HEARD;
  private boolean heard;
  private boolean lost;
  private int triesLeft;
  private boolean drained;
  private FreshnessClock.@Nullable Tick tick;

  NodeRecord(int node, String name, NodeRole configured, FreshnessLimits limits) {
    this.node = node;
    this.name = name;
    this.configured = configured;
    this.limits = limits;
    this.admission = new Admission(limits.readmitAfter());
  }

  int node() {
    return node;
  }

  /** The probe that is under way has this tick. */
  void sending(FreshnessClock.@Nullable Tick itsTick) {
    tick = itsTick;
  }

  /** The tick of the probe that was answered, once; null for one that was sent without. */
  FreshnessClock.@Nullable Tick takeTick() {
    FreshnessClock.Tick taken = tick;
    tick = null;
    return taken;
  }

  /** Returns what is believed of the answer. */
  ServerReading answered(ServerReading answer) {
    ServerReading believed = answer.onTimelineFrom(last);
    heard = true;
    lost = false;
    reading = believed;
    last = believed;
    return believed;
  }

  /** Somebody waits for it to get somewhere. */
  void await(int tries) {
    triesLeft = tries;
  }

  /** Whether to ask again, since it has not got there. */
  boolean tryAgain() {
    if (triesLeft == 0) {
      return false;
    }
    triesLeft--;
    return true;
  }

  /** Its connection is gone, and it is asked again at once. */
  void lost() {
    lost = true;
    tick = null;
  }

  void failed(String reason) {
    heard = true;
    reading = null;
    failure = reason;
    tick = null;
    admission.reading(false);
  }

  void drain(boolean out) {
    drained = out;
  }

  PrimaryElection.Candidate candidate() {
    return new PrimaryElection.Candidate(
        name, configured, heard, last == null ? null : last.identity().systemIdentifier(), reading);
  }

  /** A replica's reading has come and the clock has reckoned with it. */
  void judge(Reached reached, long lagBytes, long now) {
    admission.reading(limits.allow(reached.stalenessNanos(now), lagBytes));
  }

  /** WAL that the replica lacks of what the primary had last; -1 if that cannot be said. */
  long lagBytes(@Nullable PrimaryPosition primary) {
    return reading != null
            && primary != null
            && reading.timeline() == primary.timeline()
            && reading.position() instanceof Replaying replaying
        ? Math.max(0, primary.geometry().lastRecordEnd(primary.insertLsn()) - replaying.replayLsn())
        : -1;
  }

  /** The server as others may see it. */
  NodeView view(Standing standing) {
    ServerReading answer = reading;
    if (answer == null) {
      return new NodeView(
          node,
          name,
          ServerRole.UNKNOWN,
          down(),
          failure,
          Reached.NOTHING,
          -1,
          0,
          0,
          false,
          null,
          0,
          0);
    }
    String refused = standing.refused();
    ServerRole role =
        refused != null
            ? ServerRole.UNKNOWN
            : answer.isWriting() ? ServerRole.PRIMARY : ServerRole.REPLICA;
    if (role == ServerRole.PRIMARY && !standing.isPrimary()) {
      role = ServerRole.UNKNOWN;
      refused = NOT_DECIDED;
    }
    Reached reached = role == ServerRole.REPLICA ? standing.reached() : Reached.NOTHING;
    NodeState state = NodeState.UP;
    String reason = "";
    if (drained) {
      state = NodeState.DRAINED;
      reason = "was drained";
    } else if (refused != null) {
      state = NodeState.DOWN;
      reason = refused;
    } else if (role == ServerRole.REPLICA) {
      reason = lagging(answer, standing);
      state = reason.isEmpty() ? NodeState.UP : NodeState.LAGGING;
    }
    return new NodeView(
        node,
        name,
        role,
        state,
        reason,
        reached,
        lagBytes(standing.primary()),
        answer.timeline(),
        lsn(answer),
        answer.position() instanceof Replaying replaying && replaying.paused(),
        answer.identity(),
        answer.answeredNanos(),
        answer.answeredNanos() - answer.askedNanos());
  }

  private NodeState down() {
    return drained ? NodeState.DRAINED : NodeState.DOWN;
  }

  private static long lsn(ServerReading answer) {
    return switch (answer.position()) {
      case Writing writing -> writing.insertLsn();
      case Replaying replaying -> replaying.replayLsn();
    };
  }

  /** Why the replica is not used; empty if it is. */
  private String lagging(ServerReading answer, Standing standing) {
    PrimaryPosition primary = standing.primary();
    if (primary == null) {
      return "no primary has answered yet";
    }
    if (answer.timeline() != primary.timeline()) {
      return answer.timeline() == 0
          ? "does not say which timeline it follows"
          : "follows timeline " + answer.timeline() + ", the primary's is " + primary.timeline();
    }
    if (standing.diverged()) {
      return "has diverged: it was beyond what the primary had later";
    }
    if (lost) {
      return "has lost its connection and is asked again";
    }
    if (!standing.reached().isKnown()) {
      return "has not reached a position of the primary that is remembered";
    }
    if (!limits.allow(
        standing.reached().stalenessNanos(standing.now()), lagBytes(standing.primary()))) {
      return answer.position() instanceof Replaying replaying && replaying.paused()
          ? "lags: its replay is paused"
          : "lags more than is allowed";
    }
    return admission.isAdmitted()
        ? ""
        : "is fresh again; good readings that are still missing: " + admission.missing();
  }

  /**
   * What is known of the server beyond its own answer.
   *
   * @param isPrimary whether it is the one that is used
   * @param refused why it is used for nothing; null if it may be
   * @param primary what the primary answered last; null if none ever did
   */
  record Standing(
      boolean isPrimary,
      @Nullable String refused,
      Reached reached,
      boolean diverged,
      @Nullable PrimaryPosition primary,
      long now) {}
}
