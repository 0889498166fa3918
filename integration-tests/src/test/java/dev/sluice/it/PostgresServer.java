package dev.sluice.it;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.Map;

/**
 * A PostgreSQL server as the tests see it.
 *
 * @param node how a configuration names it
 * @param superuser logs in as whoever may do anything, to database postgres
 */
public record PostgresServer(Address address, String node, Login superuser, int majorVersion) {

  /**
   * What every server of these tests is started with; they need more connections than the default
   * gives.
   */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "max_connections", "400",
          "wal_level", "logical",
          "max_wal_senders", "10",
          "max_prepared_transactions", "0",
          "deadlock_timeout", "1s",
          "timezone", "UTC",
          "lc_messages", "C");

  static PostgresServer of(Address address, Login superuser) {
    try (WireClient client = WireClient.login(address, superuser)) {
      int version = Integer.parseInt(client.value("show server_version_num")) / 10000;
      return new PostgresServer(address, address.toString(), superuser, version);
    }
  }

  /** A client of a database of this server, as superuser, past any proxy. */
  public WireClient admin(String database) {
    return WireClient.login(address, superuser.withDatabase(database));
  }

  /**
   * Makes an empty database, and a role of the same name that may log in and owns it. What had the
   * name before is gone.
   */
  public Login newDatabase(String name) {
    try (WireClient admin = admin("postgres")) {
      admin.rows("set client_min_messages = warning");
      admin.rows("drop database if exists " + name + " with (force)");
      admin.rows("drop role if exists " + name);
      admin.rows("create role " + name + " login");
      admin.rows("create database " + name + " owner " + name + " template template0");
    }
    return Login.of(name, name);
  }
}
