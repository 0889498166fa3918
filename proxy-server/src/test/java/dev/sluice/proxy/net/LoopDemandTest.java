package dev.sluice.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How many event loops there is work for. */
class LoopDemandTest {
  private static int looks(LoopDemand demand, int times, int inUse, double... loads) {
    int used = inUse;
    for (int i = 0; i < times; i++) {
      used = demand.look(loads, used);
    }
    return used;
  }

  @Test
  void oneLoopIsEnoughForALittle() {
    assertEquals(1, looks(new LoopDemand(4), 1000, 1, 0.8, 0, 0, 0));
  }

  @Test
  void aFullLoopBringsAnotherAtOnce() {
    assertEquals(2, looks(new LoopDemand(4), 1, 1, 0.9, 0, 0, 0));
  }

  @Test
  void thereAreNoMoreThanThereAre() {
    assertEquals(4, looks(new LoopDemand(4), 100, 1, 1, 1, 1, 1));
    assertEquals(1, looks(new LoopDemand(1), 100, 1, 1));
  }

  @Test
  void aLoopIsGivenUpWhenTheOthersHaveHadRoomForAWhile() {
    LoopDemand demand = new LoopDemand(4);
    assertEquals(3, looks(demand, 9, 3, 0.3, 0.3, 0.3, 0));
    assertEquals(2, looks(demand, 1, 3, 0.3, 0.3, 0.3, 0));
    assertEquals(2, looks(demand, 100, 2, 0.4, 0.4, 0, 0), "0.8 would be too much for one");
  }

  @Test
  void aBurstStartsTheWaitAnew() {
    LoopDemand demand = new LoopDemand(2);
    assertEquals(2, looks(demand, 9, 2, 0.1, 0.1));
    assertEquals(2, looks(demand, 1, 2, 0.5, 0.5));
    assertEquals(2, looks(demand, 9, 2, 0.1, 0.1));
    assertEquals(1, looks(demand, 1, 2, 0.1, 0.1));
  }
}
