package dev.sluice.it.property;

/**
 * The names that one client of a scenario has to itself: two schemas of the same tables, channels,
 * lock keys. What it does there is neither seen nor held up by the other clients.
 *
 * @param lane scenarios of different lanes run at the same time
 */
record Slot(int lane, int client) {

  String schema() {
    return "l%dc%d".formatted(lane, client);
  }

  /** The other tenant. */
  String otherSchema() {
    return schema() + "_b";
  }

  String channel(int number) {
    return "%s_%d".formatted(schema(), number);
  }

  /** Of advisory locks: nobody else's. */
  int lockKey(int number) {
    return 1000 * (lane + 1) + 100 * client + number;
  }
}
