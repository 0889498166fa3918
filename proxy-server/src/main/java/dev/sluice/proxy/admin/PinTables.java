package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.int4;
import static dev.sluice.proxy.admin.Column.text;
import static dev.sluice.proxy.admin.Column.time;

import dev.sluice.proxy.admin.data.PinSnapshot;
import java.time.ZoneId;
import java.util.List;

/** SHOW PINS: a row for each reason for which a client keeps its backend. */
final class PinTables {
  record Row(PinSnapshot pin, ZoneId zone) {}

  static final ConsoleTable<Row> PINS =
      new ConsoleTable<>(
          "pins",
          List.of(
              int4("client_id", row -> row.pin().clientId()),
              text("user", row -> row.pin().user()),
              text("database", row -> row.pin().database()),
              text("node", row -> row.pin().node()),
              text("reason", row -> row.pin().reason()),
              time("since", row -> row.pin().since().atZone(row.zone())),
              text("statement", row -> row.pin().statement())),
          context ->
              context.data().pins().stream()
                  .map(pin -> new Row(pin, context.data().clock().getZone()))
                  .toList());

  private PinTables() {}
}
