package dev.sluice.proxy.cluster;

import dev.sluice.config.NodeRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which server is the primary. It remembers what it has decided, for a server that comes
 * back must not take over from one that has gone further. Not for several threads.
 *
 * <ul>
 *   <li>Only servers of one cluster, which the system identifier tells, are compared: a logical
 *       subscriber is not in recovery either. It is that of the primary that the configuration
 *       names, or the one that most servers have.
 *   <li>The highest timeline wins, for a promotion begins a new one. A timeline that is lower than
 *       one that a primary had before is an earlier primary's.
 *   <li>Of several with one timeline the one in use stays. Where none is in use nobody is: two
 *       standbys were promoted, and only a person knows which of them is the right one.
 * </ul>
 */
final class PrimaryElection {
  static final int NOBODY = -1;

  private @Nullable Long system;

  /** The last primary, whether or not it answers. */
  private int inUse = NOBODY;

  /** When its postmaster was started, by which it is known under other names. */
  private long inUseStart;

  private int timeline;

  /**
   * A server as it is now.
   *
   * @param heard whether it has answered or failed to since the beginning
   * @param lastSystem the system identifier that it answered last; null if it never did
   * @param reading its last answer; null if it does not answer now
   */
  record Candidate(
      String name,
      NodeRole role,
      boolean heard,
      @Nullable Long lastSystem,
      @Nullable ServerReading reading) {

    private boolean writes() {
      return reading != null && reading.isWriting();
    }

    private int timeline() {
      return reading == null ? 0 : reading.timeline();
    }
  }

  /**
   * What was decided.
   *
   * @param primary its place in the list, or {@link #NOBODY}
   * @param refused by place, why the server is used for nothing; null for one that may be
   * @param alarm what a person has to look at; null if nothing is wrong
   */
  record Decision(int primary, List<@Nullable String> refused, @Nullable String alarm) {}

  Decision decide(List<Candidate> nodes) {
    return new Round(nodes).decide();
  }

  /** One decision in the making. */
  private final class Round {
    private final List<Candidate> nodes;
    private final List<@Nullable String> refused;
    private final int configured;
    private @Nullable String alarm;

    Round(List<Candidate> nodes) {
      this.nodes = nodes;
      this.refused = new ArrayList<>(nodes.size());
      int found = NOBODY;
      for (Candidate node : nodes) {
        if (node.role() == NodeRole.PRIMARY && found == NOBODY) {
          found = refused.size();
        }
        refused.add(null);
      }
      this.configured = nodes.size() == 1 ? 0 : found;
    }

    Decision decide() {
      settleSystem();
      Long ours = system;
      if (ours == null) {
        return decided(NOBODY);
      }
      List<Integer> writing = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        ServerReading reading = nodes.get(i).reading();
        if (reading == null) {
          continue;
        }
        if (reading.identity().systemIdentifier() != ours) {
          refused.set(i, foreign(reading.identity().systemIdentifier(), ours));
        } else if (reading.isWriting() && allowed(i)) {
          writing.add(i);
        }
      }
      checkConfigured();
      return decided(choose(writing));
    }

    private Decision decided(int primary) {
      return new Decision(primary, refused, alarm);
    }

    private void settleSystem() {
      if (configured != NOBODY) {
        // It is what the operator says, also after it was made anew.
        beginWith(nodes.get(configured).lastSystem());
      } else if (system == null ? nodes.stream().allMatch(Candidate::heard) : isAbandoned()) {
        beginWith(mostCommon());
      }
    }

    private void beginWith(@Nullable Long newSystem) {
      if (newSystem != null && !newSystem.equals(system)) {
        system = newSystem;
        inUse = NOBODY;
        timeline = 0;
      }
    }

    /** Every server has been seen as one of another cluster: it was made anew, or upgraded. */
    private boolean isAbandoned() {
      return nodes.stream()
          .map(Candidate::lastSystem)
          .allMatch(last -> last != null && !last.equals(system));
    }

    private @Nullable Long mostCommon() {
      Map<Long, Integer> counts = new TreeMap<>();
      for (Candidate node : nodes) {
        if (node.reading() != null) {
          counts.merge(node.reading().identity().systemIdentifier(), 1, Integer::sum);
        }
      }
      int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      List<Long> leading =
          counts.entrySet().stream()
              .filter(entry -> entry.getValue() == most)
              .map(Map.Entry::getKey)
              .toList();
      if (leading.size() > 1) {
        alarm =
            "the servers belong to different clusters (system identifiers "
                + counts.keySet()
                + ") and none of them is configured as the primary: none is used";
        refuseAnswering(alarm);
      }
      return leading.size() == 1 ? leading.getFirst() : null;
    }

    private void refuseAnswering(String why) {
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i).reading() != null) {
          refused.set(i, why);
        }
      }
    }

    private boolean allowed(int i) {
      Candidate node = nodes.get(i);
      if (node.role() == NodeRole.REPLICA) {
        refused.set(i, "is configured as a replica and is not in recovery");
      } else if (configured != NOBODY && nodes.size() > 1 && node.role() != NodeRole.PRIMARY) {
        refused.set(
            i, "is not in recovery, but " + nodes.get(configured).name() + " is configured so");
      }
      return refused.get(i) == null;
    }

    private void checkConfigured() {
      for (int i = 0; i < nodes.size(); i++) {
        Candidate node = nodes.get(i);
        if (node.role() == NodeRole.PRIMARY
            && refused.get(i) == null
            && node.reading() != null
            && !node.writes()) {
          refused.set(i, "is configured as the primary and is in recovery");
          alarm = node.name() + " " + refused.get(i);
        }
      }
    }

    private int choose(List<Integer> writing) {
      int highest = 0;
      Map<Integer, List<Integer>> byTimeline = new HashMap<>();
      for (int i : writing) {
        highest = Math.max(highest, nodes.get(i).timeline());
        byTimeline.computeIfAbsent(nodes.get(i).timeline(), t -> new ArrayList<>()).add(i);
      }
      if (writing.isEmpty()) {
        return NOBODY;
      }
      // Of the one that is configured nothing else is known to be later.
      int limit = configured != NOBODY ? highest : Math.max(highest, timeline);
      for (int i : writing) {
        int its = nodes.get(i).timeline();
        if (its < limit) {
          refused.set(
              i, "is an earlier primary: its timeline is %d, there is %d".formatted(its, limit));
        }
      }
      if (highest < limit) {
        alarm = "only an earlier primary answers, of timeline " + highest + " of " + limit;
        return NOBODY;
      }
      return accept(byTimeline.getOrDefault(highest, List.of()), highest);
    }

    /**
     * Chooses among those of the highest timeline, of which there is one at least. One server may
     * be in the list by several names.
     */
    private int accept(List<Integer> equals, int highest) {
      boolean known = highest == timeline && inUse != NOBODY;
      int chosen = known ? whoIsInUse(equals) : onlyServer(equals);
      for (int i : equals) {
        if (i == chosen) {
          continue;
        }
        if (chosen != NOBODY && start(i) == start(chosen)) {
          refused.set(i, "is the same server as " + nodes.get(chosen).name());
        } else {
          refused.set(i, "is one of several primaries of timeline " + highest);
          alarm =
              "%s is another primary of timeline %d; %s"
                  .formatted(nodes.get(i).name(), highest, consequence(known, chosen));
        }
      }
      if (chosen != NOBODY) {
        inUse = chosen;
        inUseStart = start(chosen);
        timeline = highest;
      }
      return chosen;
    }

    private int whoIsInUse(List<Integer> equals) {
      return equals.contains(inUse)
          ? inUse
          : equals.stream().filter(i -> start(i) == inUseStart).findFirst().orElse(NOBODY);
    }

    private int onlyServer(List<Integer> equals) {
      int first = equals.getFirst();
      return equals.stream().allMatch(i -> start(i) == start(first)) ? first : NOBODY;
    }

    private String consequence(boolean known, int chosen) {
      if (!known) {
        return "none was in use, none is used";
      }
      String name = nodes.get(inUse).name();
      return chosen == NOBODY
          ? name + " was in use and does not answer, none is used"
          : name + " was in use and stays";
    }

    private long start(int i) {
      ServerReading reading = nodes.get(i).reading();
      return reading == null ? 0 : reading.identity().startMicros();
    }

    private static String foreign(long its, long ours) {
      return "belongs to another cluster: its system identifier is "
          + Long.toUnsignedString(its)
          + ", that of the others "
          + Long.toUnsignedString(ours);
    }
  }
}
