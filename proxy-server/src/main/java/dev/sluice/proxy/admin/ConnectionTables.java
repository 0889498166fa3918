package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.flag;
import static dev.sluice.proxy.admin.Column.int4;
import static dev.sluice.proxy.admin.Column.text;
import static dev.sluice.proxy.admin.Column.time;

import dev.sluice.proxy.admin.data.BackendSnapshot;
import dev.sluice.proxy.admin.data.ClientSnapshot;
import dev.sluice.proxy.admin.data.ConnectionSnapshot;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** SHOW CLIENTS and SERVERS, which have the same columns, and SHOW SOCKETS, which has more. */
final class ConnectionTables {
  static final ConsoleTable<Row> CLIENTS =
      new ConsoleTable<>("clients", columns(), ConnectionTables::clients);
  static final ConsoleTable<Row> SERVERS =
      new ConsoleTable<>("servers", columns(), ConnectionTables::servers);
  static final ConsoleTable<Row> SOCKETS =
      new ConsoleTable<>("sockets", socketColumns(), ConnectionTables::sockets);

  /** Connections that hold a lease, or have bytes on their way. */
  static final ConsoleTable<Row> ACTIVE_SOCKETS =
      new ConsoleTable<>(
          "active_sockets",
          socketColumns(),
          context -> sockets(context).stream().filter(Row::isActive).toList());

  private ConnectionTables() {}

  /** A connection, and how this table names its state. */
  record Row(String type, String state, ConnectionSnapshot connection, ZoneId zone) {

    private boolean isActive() {
      return connection.peerId() != null
          || connection.receivedBytes() > 0
          || connection.unsentBytes() > 0;
    }

    /**
     * PgBouncer shows a memory address, by which tools find the row that {@code link} names. The id
     * serves as well, and is never that of another connection later. Empty without a lease.
     */
    private static String pointer(@Nullable Long id) {
      return id == null ? "" : "0x" + Long.toHexString(id);
    }
  }

  private static List<Column<Row>> columns() {
    return List.of(
        text("type", Row::type),
        text("user", row -> row.connection().user()),
        text("database", row -> row.connection().database()),
        text("replication", row -> row.connection().replication()),
        text("state", Row::state),
        text("addr", row -> row.connection().address()),
        number("port", ConnectionSnapshot::port),
        text("local_addr", row -> row.connection().localAddress()),
        number("local_port", ConnectionSnapshot::localPort),
        time("connect_time", row -> row.connection().connectTime().atZone(row.zone())),
        time("request_time", row -> row.connection().requestTime().atZone(row.zone())),
        number("wait", connection -> connection.waited().toSeconds()),
        number("wait_us", connection -> connection.waited().toNanosPart() / 1000),
        truth("close_needed", ConnectionSnapshot::closing),
        text("ptr", row -> Row.pointer(row.connection().id())),
        text("link", row -> Row.pointer(row.connection().peerId())),
        number("remote_pid", ConnectionSnapshot::remotePid),
        text("tls", row -> row.connection().tls()),
        text("application_name", row -> row.connection().applicationName()),
        number("prepared_statements", ConnectionSnapshot::preparedStatements),
        number("id", ConnectionSnapshot::id));
  }

  /**
   * PgBouncer's positions in its one I/O buffer per socket. Sluice has none: what was received and
   * not handled, and what was written and not sent, are the two amounts that mean the same here.
   */
  private static List<Column<Row>> socketColumns() {
    List<Column<Row>> columns = new ArrayList<>(columns());
    columns.add(number("recv_pos", connection -> 0));
    columns.add(number("pkt_pos", connection -> 0));
    columns.add(number("pkt_remain", connection -> 0));
    columns.add(number("send_pos", connection -> 0));
    columns.add(number("send_remain", connection -> 0));
    columns.add(number("pkt_avail", ConnectionSnapshot::receivedBytes));
    columns.add(number("send_avail", ConnectionSnapshot::unsentBytes));
    return List.copyOf(columns);
  }

  private static Column<Row> number(String name, ToLongFunction<ConnectionSnapshot> value) {
    return int4(name, row -> value.applyAsLong(row.connection()));
  }

  private static Column<Row> truth(String name, Predicate<ConnectionSnapshot> value) {
    return flag(name, row -> value.test(row.connection()));
  }

  private static List<Row> clients(CommandContext context) {
    return context.data().clients().stream()
        .map(client -> row(client, client.state().label(), context))
        .toList();
  }

  private static List<Row> servers(CommandContext context) {
    return context.data().backends().stream()
        .map(backend -> row(backend, backend.state().label(), context))
        .toList();
  }

  private static List<Row> sockets(CommandContext context) {
    List<Row> rows = new ArrayList<>();
    for (ClientSnapshot client : context.data().clients()) {
      rows.add(row(client, client.state().socketLabel(), context));
    }
    for (BackendSnapshot backend : context.data().backends()) {
      rows.add(row(backend, backend.state().socketLabel(), context));
    }
    return rows;
  }

  private static Row row(ClientSnapshot client, String state, CommandContext context) {
    return new Row("C", state, client.connection(), context.data().clock().getZone());
  }

  private static Row row(BackendSnapshot backend, String state, CommandContext context) {
    return new Row("S", state, backend.connection(), context.data().clock().getZone());
  }
}
