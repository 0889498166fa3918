package dev.sluice.proxy.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.NodeRole;
import dev.sluice.proxy.cluster.PrimaryElection.Candidate;
import dev.sluice.proxy.cluster.PrimaryElection.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrimaryElectionTest {
  private static final long OURS = 7001;
  private static final long FOREIGN = 9999;

  private long nextStart = 1;
  private final PrimaryElection election = new PrimaryElection();

  private Candidate primary(int timeline) {
    return primary(OURS, timeline, NodeRole.AUTO);
  }

  private Candidate primary(long system, int timeline, NodeRole role) {
    return candidate(system, timeline, role, new ServerReading.Writing(1000, 1000));
  }

  private Candidate replica(int timeline) {
    return replica(OURS, timeline, NodeRole.AUTO);
  }

  private Candidate replica(long system, int timeline, NodeRole role) {
    return candidate(system, timeline, role, new ServerReading.Replaying(1000, false));
  }

  private Candidate candidate(
      long system, int timeline, NodeRole role, ServerReading.Position position) {
    return candidate(system, nextStart++, timeline, role, position);
  }

  /** A primary whose postmaster was started then: the same is the same server. */
  private Candidate startedAt(long start, int timeline) {
    return candidate(OURS, start, timeline, NodeRole.AUTO, new ServerReading.Writing(1000, 1000));
  }

  private Candidate candidate(
      long system, long start, int timeline, NodeRole role, ServerReading.Position position) {
    ServerReading reading =
        new ServerReading(
            new ServerIdentity(system, start, "127.0.0.1", 5432),
            timeline,
            position,
            new WalGeometry(8192, 1 << 24),
            1,
            2,
            1);
    return new Candidate("server", role, true, system, reading);
  }

  private Candidate down() {
    return down(NodeRole.AUTO, OURS);
  }

  private Candidate down(NodeRole role, @Nullable Long lastSystem) {
    return new Candidate("server", role, true, lastSystem, null);
  }

  private Candidate unheard() {
    return new Candidate("server", NodeRole.AUTO, false, null, null);
  }

  /** Names them by their places. */
  private Decision decide(Candidate... candidates) {
    List<Candidate> named = new ArrayList<>();
    for (Candidate candidate : candidates) {
      named.add(
          new Candidate(
              "node" + named.size(),
              candidate.role(),
              candidate.heard(),
              candidate.lastSystem(),
              candidate.reading()));
    }
    return election.decide(named);
  }

  private void assertNobody(Decision decision) {
    assertEquals(PrimaryElection.NOBODY, decision.primary());
  }

  private static void assertRefused(Decision decision, Integer... nodes) {
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < decision.refused().size(); i++) {
      if (decision.refused().get(i) != null) {
        refused.add(i);
      }
    }
    assertEquals(Arrays.asList(nodes), refused, decision::toString);
  }

  @Test
  void theOneThatIsNotInRecovery() {
    Decision decision = decide(replica(1), primary(1), replica(1));
    assertEquals(1, decision.primary());
    assertRefused(decision);
    assertNull(decision.alarm());
  }

  @Test
  void nobodyUntilAllWereHeard() {
    Decision decision = decide(unheard(), primary(1));
    assertNobody(decision);
    assertNull(decision.alarm());
    assertEquals(1, decide(down(NodeRole.AUTO, null), primary(1)).primary());
  }

  @Test
  void nobodyWhileThePrimaryDoesNotAnswer() {
    assertEquals(0, decide(primary(1), replica(1)).primary());
    assertNobody(decide(down(), replica(1)));
    assertEquals(0, decide(primary(1), replica(1)).primary(), "it is back");
  }

  @Test
  void promotedStandbyHasAHigherTimeline() {
    decide(primary(1), replica(1));
    Decision both = decide(primary(1), primary(2));
    assertEquals(1, both.primary());
    assertRefused(both, 0);
    Decision alone = decide(primary(1), down());
    assertNobody(alone);
    assertRefused(alone, 0);
    assertNotNull(alone.alarm());
    assertEquals(1, decide(primary(1), primary(2)).primary());
  }

  @Test
  void formerPrimaryThatIsAReplicaIsUsedAsOne() {
    decide(primary(1), replica(1));
    decide(down(), primary(2));
    Decision decision = decide(replica(2), primary(2));
    assertEquals(1, decision.primary());
    assertRefused(decision);
  }

  @Test
  void promotionWithoutADeadPrimaryInBetween() {
    decide(primary(1), replica(1));
    assertEquals(0, decide(primary(3), replica(1)).primary());
  }

  @Test
  void equalTimelinesOfWhichNoneWasInUse() {
    decide(primary(1), replica(1), replica(1));
    Decision decision = decide(down(), primary(2), primary(2));
    assertNobody(decision);
    assertRefused(decision, 1, 2);
    assertNotNull(decision.alarm());
    Decision left = decide(down(), down(), primary(2));
    assertEquals(2, left.primary());
    assertNull(left.alarm());
    Decision back = decide(down(), primary(2), primary(2));
    assertEquals(2, back.primary());
  }

  @Test
  void equalTimelinesOfWhichOneIsInUse() {
    decide(primary(1), replica(1));
    Decision decision = decide(primary(1), primary(1));
    assertEquals(0, decision.primary());
    assertRefused(decision, 1);
    assertNotNull(decision.alarm());
  }

  @Test
  void equalTimelineDoesNotTakeOverFromOneThatDoesNotAnswer() {
    decide(primary(1), replica(1));
    Decision decision = decide(down(), primary(1));
    assertNobody(decision);
    assertRefused(decision, 1);
    assertNotNull(decision.alarm());
  }

  @Test
  void oneServerByTwoNames() {
    Decision decision = decide(startedAt(77, 1), replica(1), startedAt(77, 1));
    assertEquals(0, decision.primary());
    assertRefused(decision, 2);
    assertNull(decision.alarm());
    assertEquals(2, decide(down(), replica(1), startedAt(77, 1)).primary(), "by its other name");
    assertEquals(2, decide(startedAt(77, 1), replica(1), startedAt(77, 1)).primary());
  }

  @Test
  void oneServerByTwoNamesAndAnother() {
    assertNobody(decide(startedAt(77, 1), startedAt(78, 1), startedAt(77, 1)));
  }

  @Test
  void severalAtTheStart() {
    assertNobody(decide(primary(2), primary(2), replica(2)));
    assertEquals(1, decide(primary(2), primary(3), replica(2)).primary());
  }

  @Test
  void otherClusterIsRefused() {
    Decision decision = decide(primary(FOREIGN, 9, NodeRole.AUTO), primary(1), replica(1));
    assertEquals(1, decision.primary());
    assertRefused(decision, 0);
    assertTrue(decision.refused().getFirst().contains("9999"));
  }

  @Test
  void otherClusterDoesNotTakeOver() {
    decide(primary(1), replica(1));
    Decision decision = decide(down(), down(), primary(FOREIGN, 9, NodeRole.AUTO));
    assertNobody(decision);
    assertRefused(decision, 2);
  }

  @Test
  void otherClustersReplicaIsRefused() {
    assertRefused(decide(primary(1), replica(1), replica(FOREIGN, 1, NodeRole.AUTO)), 2);
  }

  @Test
  void nobodyKnowsWhichClusterIsMeant() {
    Decision decision = decide(primary(1), primary(FOREIGN, 1, NodeRole.AUTO));
    assertNobody(decision);
    assertRefused(decision, 0, 1);
    assertNotNull(decision.alarm());
    assertNotNull(decide(primary(1), primary(FOREIGN, 1, NodeRole.AUTO)).alarm(), "it stays so");
  }

  @Test
  void configuredPrimarySaysWhichClusterIsMeant() {
    Decision decision = decide(primary(1), primary(FOREIGN, 1, NodeRole.PRIMARY), replica(1));
    assertEquals(1, decision.primary());
    assertRefused(decision, 0, 2);
  }

  @Test
  void allMadeAnewIsAnotherCluster() {
    decide(primary(3), replica(3));
    assertNobody(decide(primary(FOREIGN, 1, NodeRole.AUTO), down()));
    Decision decision =
        decide(primary(FOREIGN, 1, NodeRole.AUTO), replica(FOREIGN, 1, NodeRole.AUTO));
    assertEquals(0, decision.primary());
    assertRefused(decision);
  }

  @Test
  void onlyServerIsThePrimaryWhateverItWasBefore() {
    assertEquals(0, decide(primary(3)).primary());
    assertNobody(decide(down()));
    assertEquals(0, decide(primary(2)).primary(), "restored from an older image");
    assertEquals(0, decide(primary(FOREIGN, 1, NodeRole.AUTO)).primary(), "made anew");
    assertNobody(decide(replica(2)));
  }

  @Test
  void configuredReplicaIsNeverThePrimary() {
    Decision decision = decide(primary(1), primary(OURS, 2, NodeRole.REPLICA));
    assertEquals(0, decision.primary());
    assertRefused(decision, 1);
  }

  @Test
  void configuredPrimaryIsTheOnlyOne() {
    Decision decision = decide(primary(OURS, 1, NodeRole.PRIMARY), primary(2), replica(1));
    assertEquals(0, decision.primary());
    assertRefused(decision, 1);
  }

  @Test
  void configuredPrimaryMayHaveBeenRestored() {
    assertEquals(0, decide(primary(OURS, 3, NodeRole.PRIMARY), replica(3)).primary());
    assertEquals(0, decide(primary(OURS, 2, NodeRole.PRIMARY), replica(3)).primary());
  }

  @Test
  void configuredPrimaryInRecoveryIsNone() {
    Decision decision = decide(replica(OURS, 1, NodeRole.PRIMARY), replica(1));
    assertNobody(decision);
    assertRefused(decision, 0);
    assertNotNull(decision.alarm());
  }
}
