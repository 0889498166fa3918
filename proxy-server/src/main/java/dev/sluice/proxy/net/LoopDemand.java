package dev.sluice.proxy.net;

/**
 * Decides how many event loops there is work for. One more as soon as one is nearly full; one less
 * when the others have had room for its work for a while.
 */
public final class LoopDemand {
  /** A loop that uses more of a core than this has no room for a burst. */
  private static final double FULL = 0.85;

  /** What a loop should use at most after one of its neighbours was given up. */
  private static final double ROOMY = 0.55;

  /** How many looks in a row must find room before a loop is given up. */
  private static final int PATIENCE = 10;

  private final int most;
  private int roomyLooks;

  /**
   * @param most how many loops there are
   */
  public LoopDemand(int most) {
    this.most = most;
  }

  /**
   * @param loads the share of a core that each loop used since the last look
   * @param inUse how many loops have had connections
   * @return how many should have them now
   */
  public int look(double[] loads, int inUse) {
    double total = 0;
    boolean full = false;
    for (double load : loads) {
      total += load;
      full |= load > FULL;
    }
    roomyLooks = inUse > 1 && total < ROOMY * (inUse - 1) ? roomyLooks + 1 : 0;
    if (full && inUse < most) {
      return inUse + 1;
    }
    if (roomyLooks >= PATIENCE) {
      roomyLooks = 0;
      return inUse - 1;
    }
    return inUse;
  }
}
