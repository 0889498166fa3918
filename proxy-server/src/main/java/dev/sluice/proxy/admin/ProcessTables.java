package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.int4;
import static dev.sluice.proxy.admin.Column.text;

import dev.sluice.proxy.admin.data.ListsSnapshot;
import dev.sluice.proxy.admin.data.MemorySnapshot;
import dev.sluice.proxy.admin.data.ProxyState;
import java.util.List;

/** SHOW LISTS, MEM, STATE and VERSION: the process as a whole. */
final class ProcessTables {
  static final ConsoleTable<Item> LISTS =
      new ConsoleTable<>(
          "lists",
          List.of(text("list", Item::name), int4("items", Item::count)),
          context -> lists(context.data().lists()));

  static final ConsoleTable<MemorySnapshot> MEM =
      new ConsoleTable<>(
          "mem",
          List.of(
              text("name", MemorySnapshot::name),
              int4("size", MemorySnapshot::size),
              int4("used", MemorySnapshot::used),
              int4("free", MemorySnapshot::free),
              int4("memtotal", MemorySnapshot::totalBytes)),
          context -> context.data().memory());

  static final ConsoleTable<Condition> STATE =
      new ConsoleTable<>(
          "state",
          List.of(
              text("key", Condition::name),
              text("value", condition -> condition.holds() ? "yes" : "no")),
          context -> conditions(context.data().state()));

  static final ConsoleTable<String> VERSION =
      new ConsoleTable<>(
          "version",
          List.of(text("version", version -> "Sluice " + version)),
          context -> List.of(context.data().version()));

  private ProcessTables() {}

  record Item(String name, int count) {}

  record Condition(String name, boolean holds) {}

  private static List<Item> lists(ListsSnapshot lists) {
    return List.of(
        new Item("databases", lists.databases()),
        new Item("users", lists.users()),
        new Item("peers", lists.peers()),
        new Item("pools", lists.pools()),
        new Item("peer_pools", lists.peerPools()),
        new Item("free_clients", lists.freeClients()),
        new Item("used_clients", lists.usedClients()),
        new Item("login_clients", lists.loginClients()),
        new Item("free_servers", lists.freeServers()),
        new Item("used_servers", lists.usedServers()),
        new Item("dns_names", lists.dnsNames()),
        new Item("dns_zones", lists.dnsZones()),
        new Item("dns_queries", lists.dnsQueries()),
        new Item("dns_pending", lists.dnsPending()));
  }

  /** Sluice never suspends: PgBouncer does so only while it hands its sockets over. */
  private static List<Condition> conditions(ProxyState state) {
    return List.of(
        new Condition("active", state == ProxyState.ACTIVE),
        new Condition("paused", state == ProxyState.PAUSED),
        new Condition("suspended", false));
  }
}
