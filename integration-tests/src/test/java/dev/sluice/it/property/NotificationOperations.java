package dev.sluice.it.property;

/** LISTEN, UNLISTEN and NOTIFY on channels of the client's own. */
final class NotificationOperations {

  private NotificationOperations() {}

  static Operation next(Dice dice, Slot slot) {
    String channel = slot.channel(dice.below(2));
    return switch (dice.below(6)) {
      case 0, 1 -> Operation.of(Kind.LISTEN, "listen " + channel);
      case 2 -> Operation.of(Kind.LISTEN, "unlisten " + dice.of(channel, channel, "*"));
      case 3 ->
          Operation.of(Kind.LOOK, "select pg_listening_channels() as channel order by channel");
      default -> notify(dice, channel);
    };
  }

  static Operation nextWithoutListening(Dice dice, Slot slot) {
    String channel = slot.channel(dice.below(2));
    return dice.percent(20)
        ? Operation.of(Kind.NOTIFY, "unlisten " + dice.of(channel, "*"))
        : notify(dice, channel);
  }

  private static Operation notify(Dice dice, String channel) {
    int payload = dice.below(10);
    return Operation.of(
        Kind.NOTIFY,
        dice.of(
            "notify " + channel,
            "notify " + channel + ", 'payload " + payload + "'",
            "select pg_notify('" + channel + "', 'called " + payload + "')"));
  }
}
