package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.flag;
import static dev.sluice.proxy.admin.Column.int4;
import static dev.sluice.proxy.admin.Column.text;

import dev.sluice.proxy.admin.data.ConfigEntry;
import dev.sluice.proxy.admin.data.DatabaseSnapshot;
import dev.sluice.proxy.admin.data.UserSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SHOW DATABASES, USERS and CONFIG. */
final class ConfigurationTables {
  static final ConsoleTable<DatabaseSnapshot> DATABASES =
      new ConsoleTable<>(
          "databases",
          List.of(
              text("name", DatabaseSnapshot::name),
              text("host", DatabaseSnapshot::host),
              int4("port", DatabaseSnapshot::port),
              text("database", DatabaseSnapshot::serverDatabase),
              text("force_user", DatabaseSnapshot::forcedUser),
              int4("pool_size", DatabaseSnapshot::poolSize),
              int4("min_pool_size", DatabaseSnapshot::minPoolSize),
              int4("reserve_pool_size", DatabaseSnapshot::reservePoolSize),
              int4("server_lifetime", database -> database.serverLifetime().toSeconds()),
              text("pool_mode", DatabaseSnapshot::poolMode),
              text("load_balance_hosts", DatabaseSnapshot::loadBalanceHosts),
              int4("max_connections", DatabaseSnapshot::maxConnections),
              int4("current_connections", DatabaseSnapshot::currentConnections),
              int4("max_client_connections", DatabaseSnapshot::maxClients),
              int4("current_client_connections", DatabaseSnapshot::currentClients),
              flag("paused", DatabaseSnapshot::paused),
              flag("disabled", DatabaseSnapshot::disabled)),
          context -> context.data().databases());

  /** The sizes are text, as in PgBouncer. */
  static final ConsoleTable<UserSnapshot> USERS =
      new ConsoleTable<>(
          "users",
          List.of(
              text("name", UserSnapshot::name),
              text("pool_size", user -> decimal(user.poolSize())),
              text("reserve_pool_size", user -> decimal(user.reservePoolSize())),
              text("pool_mode", UserSnapshot::poolMode),
              int4("max_user_connections", UserSnapshot::maxConnections),
              int4("current_connections", UserSnapshot::currentConnections),
              int4("max_user_client_connections", UserSnapshot::maxClients),
              int4("current_client_connections", UserSnapshot::currentClients)),
          context -> context.data().users());

  static final ConsoleTable<ConfigEntry> CONFIG =
      new ConsoleTable<>(
          "config",
          List.of(
              text("key", ConfigEntry::key),
              text("value", ConfigEntry::value),
              text("default", ConfigEntry::defaultValue),
              text("changeable", entry -> entry.changeable() ? "yes" : "no")),
          context ->
              context
                  .data()
                  .config(context.identity().database().equals(ConsoleAccess.PGBOUNCER_DATABASE)));

  private ConfigurationTables() {}

  private static @Nullable String decimal(@Nullable Integer number) {
    return number == null ? null : number.toString();
  }
}
