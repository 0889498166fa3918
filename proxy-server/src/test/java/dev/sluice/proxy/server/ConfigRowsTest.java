package dev.sluice.proxy.server;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.ConfigLoader;
import dev.sluice.config.load.KeyTable;
import dev.sluice.config.load.LoadResult;
import dev.sluice.config.load.LoadResult.Loaded;
import dev.sluice.config.load.NamedFiles;
import dev.sluice.proxy.admin.data.ConfigEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigRowsTest {
  @TempDir Path folder = Path.of("");

  private SluiceConfig config(String body) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.conf"),
            "sluice {\nauth.method = trust\ndatabases.app.nodes = [\"db1:5432\"]\n" + body + "\n}");
    LoadResult result = ConfigLoader.load(file, Map.of(), NamedFiles.IGNORE);
    return assertInstanceOf(Loaded.class, result, result::toString).config();
  }

  private static Map<String, ConfigEntry> rows(SluiceConfig config, boolean pgbouncerNames) {
    return ConfigRows.of(config, pgbouncerNames).stream()
        .collect(toMap(ConfigEntry::key, entry -> entry));
  }

  @Test
  void everyGlobalKeyHasARow() throws IOException {
    SluiceConfig config = config("");
    Map<String, ConfigEntry> rows = rows(config, false);
    for (KeyTable.KeyValue value : KeyTable.values(config)) {
      assertTrue(rows.containsKey(value.name()), value.name());
    }
    assertEquals(new ConfigEntry("pool.size", "20", "20", false), rows.get("pool.size"));
    assertEquals(new ConfigEntry("http", null, null, false), rows.get("http"));
    assertEquals(
        new ConfigEntry("auth.method", "trust", "scram-sha-256", false), rows.get("auth.method"));
  }

  @Test
  void databasesAndUsersHaveRowsUnderTheirNames() throws IOException {
    Map<String, ConfigEntry> rows =
        rows(
            config(
                "pool.wait-timeout = 9s\n"
                    + "databases.app { pool.size = 3, user = u, password = hidden-one }\n"
                    + "users.reporting.pool.size = 4"),
            false);
    assertEquals(
        new ConfigEntry("databases.app.pool.size", "3", "20", false),
        rows.get("databases.app.pool.size"));
    assertEquals(
        new ConfigEntry("databases.app.pool.wait-timeout", "9s", "2m", false),
        rows.get("databases.app.pool.wait-timeout"));
    assertEquals(
        new ConfigEntry("databases.app.password", "***", null, false),
        rows.get("databases.app.password"));
    assertEquals(
        new ConfigEntry("users.reporting.pool.size", "4", "20", false),
        rows.get("users.reporting.pool.size"));
    assertFalse(rows.toString().contains("hidden-one"));
  }

  @Test
  void namesOfPgBouncerAreOnlyForThoseWhoAsk() throws IOException {
    List<String> ours = ConfigRows.of(config(""), false).stream().map(ConfigEntry::key).toList();
    List<String> both = ConfigRows.of(config(""), true).stream().map(ConfigEntry::key).toList();
    assertEquals(ours, both.subList(0, ours.size()));
    List<String> theirs = both.subList(ours.size(), both.size());
    assertEquals(theirs.stream().sorted().toList(), theirs);
    assertTrue(
        theirs.containsAll(List.of("default_pool_size", "max_client_conn", "max_db_connections")));
    assertFalse(ours.contains("max_client_conn"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client.max-connections = 7 | max_client_conn | 7 | 10000",
        "pool.size = 7 | default_pool_size | 7 | 20",
        "pool.min-size = 2 | min_pool_size | 2 | 0",
        "pool.reserve-size = 2 | reserve_pool_size | 2 | 0",
        "pool.reserve-after = 1500ms | reserve_pool_timeout | 1.5 | 5",
        "pool.mode = session | pool_mode | session | transaction",
        "pool.wait-timeout = 2m | query_wait_timeout | 120 | 120",
        "pool.wait-notice-after = 1m | query_wait_notify | 60 | 0",
        "pool.max-database-connections = 9 | max_db_connections | 9 | 0",
        "pool.max-user-connections = 9 | max_user_connections | 9 | 0",
        "pool.max-database-clients = 9 | max_db_client_connections | 9 | 0",
        "pool.max-user-clients = 9 | max_user_client_connections | 9 | 0",
        "pool.connect-timeout = 100ms | server_connect_timeout | 0.1 | 15",
        "pool.idle-timeout = 1h | server_idle_timeout | 3600 | 600",
        "pool.lifetime = 0s | server_lifetime | 0 | 3600",
        "pool.check-after-idle = 1m | server_check_delay | 60 | 30",
        "pool.reset-query = \"\" | server_reset_query | '' | DISCARD ALL",
        "pool.prepared-statements = 5 | max_prepared_statements | 5 | 500",
        "client.login-timeout = 5s | client_login_timeout | 5 | 60",
        "client.idle-timeout = 5s | client_idle_timeout | 5 | 0",
        "client.query-timeout = 5s | query_timeout | 5 | 0",
        "client.transaction-timeout = 5s | transaction_timeout | 5 | 0",
        "client.idle-transaction-timeout = 5s | idle_transaction_timeout | 5 | 0",
        "session.ignore-startup-parameters = [a, b] | ignore_startup_parameters | a,b | ''",
        "auth { method = password, users-file = f } | auth_type | plain | scram-sha-256",
        "auth { method = md5, users-file = f } | auth_type | md5 | scram-sha-256",
        "admin.users = [a, b] | admin_users | a,b | ''",
        "admin.stats-users = [c] | stats_users | c | ''",
        "listen = [{ port = 7000 }, { host = h, port = 7001 }] | listen_addr | 0.0.0.0,h | 0.0.0.0",
        "listen = [{ port = 7000 }] | listen_port | 7000 | 6432",
        "tcp.keep-alive = 0s | tcp_keepalive | 0 | 1",
        "tcp.keep-alive = 7s | tcp_keepidle | 7 | 60",
        "tcp.user-timeout = 7s | tcp_user_timeout | 7000 | 0",
        "log.connections = true | log_connections | 1 | 0",
        "log.connections = true | log_disconnections | 1 | 0",
        "client.tls { mode = allow, certificate = c, key = k } | client_tls_sslmode | allow |"
            + " disable"
      })
  void keysOfPgBouncerAreInItsUnits(String body, String name, String value, String absent)
      throws IOException {
    assertEquals(new ConfigEntry(name, value, absent, false), rows(config(body), true).get(name));
  }

  @Test
  void whatIsNotSetIsNullOrEmptyAsInPgBouncer() throws IOException {
    Map<String, ConfigEntry> rows = rows(config(""), true);
    assertEquals(new ConfigEntry("auth_user", null, null, false), rows.get("auth_user"));
    assertEquals(new ConfigEntry("auth_file", "", "", false), rows.get("auth_file"));
    assertEquals(new ConfigEntry("unix_socket_dir", "", "", false), rows.get("unix_socket_dir"));
  }
}
