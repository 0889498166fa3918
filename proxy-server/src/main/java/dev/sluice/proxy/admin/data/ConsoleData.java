package dev.sluice.proxy.admin.data;

import java.time.Clock;
import java.util.List;

/**
 * What the console may ask of the running proxy.
 *
 * <p>Every method is called on the event loop of the console's client, must not block, and gives
 * rows that no longer change. The order of the rows is the order in which they are shown. The
 * console's own database is a row like any other, as it is in PgBouncer.
 */
public interface ConsoleData {

  /** One row per (database, user). */
  List<PoolSnapshot> pools();

  List<ClientSnapshot> clients();

  List<BackendSnapshot> backends();

  /** Clients that keep their backend between transactions, a row for each reason. */
  List<PinSnapshot> pins();

  /** One row per server of a database. */
  List<NodeSnapshot> nodes();

  List<DatabaseSnapshot> databases();

  List<UserSnapshot> users();

  /** Totals since the process started, one row per database; no value is ever less than before. */
  List<StatsSnapshot> stats();

  ListsSnapshot lists();

  /**
   * The configuration in force, secrets already hidden.
   *
   * @param pgbouncerNames whether keys that have a counterpart in PgBouncer are listed under its
   *     name as well: monitoring made for PgBouncer looks for those
   */
  List<ConfigEntry> config(boolean pgbouncerNames);

  List<MemorySnapshot> memory();

  ProxyState state();

  /** Sluice's own version, such as {@code 0.1.0}. */
  String version();

  /** The time and the zone in which times are shown. */
  Clock clock();
}
