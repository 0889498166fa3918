package dev.sluice.proxy.pool;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The room for backends that pools share: those of one database together, and those of one user.
 */
final class SharedRoom {
  private final List<ConnectionBudget> budgets;
  private final Runnable roomMade;
  private final BooleanSupplier makeRoom;

  /**
   * @param budgets a backend needs room in each
   * @param roomMade called when a limited budget has room again
   * @param makeRoom closes an idle backend of another pool that shares a budget; false if there is
   *     none
   */
  SharedRoom(List<ConnectionBudget> budgets, Runnable roomMade, BooleanSupplier makeRoom) {
    this.budgets = List.copyOf(budgets);
    this.roomMade = roomMade;
    this.makeRoom = makeRoom;
  }

  /** Takes room for one backend, if need be from a pool that does not use it. */
  boolean take() {
    return takeAll() || (makeRoom.getAsBoolean() && takeAll());
  }

  private boolean takeAll() {
    for (int i = 0; i < budgets.size(); i++) {
      if (!budgets.get(i).tryTake()) {
        for (int taken = 0; taken < i; taken++) {
          budgets.get(taken).giveBack();
        }
        return false;
      }
    }
    return true;
  }

  /** A backend is gone, or did not come about. */
  void giveBack() {
    boolean limited = false;
    for (ConnectionBudget budget : budgets) {
      budget.giveBack();
      limited |= budget.limited();
    }
    if (limited) {
      roomMade.run();
    }
  }
}
