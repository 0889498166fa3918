package dev.sluice.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.config.load.ConfigLoader;
import dev.sluice.config.load.LoadResult;
import dev.sluice.config.load.LoadResult.Loaded;
import dev.sluice.config.load.NamedFiles;
import dev.sluice.config.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityCheckTest {
  @TempDir Path folder = Path.of("");

  private List<String> refused(String body) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.conf"),
            "sluice {\nauth.method = trust\ndatabases.app.nodes = [\"db1:5432\"]\n" + body + "\n}");
    LoadResult result = ConfigLoader.load(file, Map.of(), NamedFiles.IGNORE);
    Loaded loaded = assertInstanceOf(Loaded.class, result, result::toString);
    return CapabilityCheck.refusals(loaded).stream().map(Problem::key).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "listen = [{ port = 7000 }]",
        "drain-timeout = 5s, event-loops = 1, transport = nio, tcp.keep-alive = 5s",
        "client { max-connections = 5, max-login-bytes = 4KiB, max-queued-bytes = 4KiB,"
            + " login-timeout = 1s }",
        "auth { method = md5, users-file = u }",
        "auth { query = q, query-user = u, query-cache { size = 1, ttl = 1s } }",
        "auth { method = hba, hba-file = h, ident-file = i, ldap { url = \"ldap://h/b\" } }",
        "unix-socket-dir = s",
        "admin { users = [a], stats-users = [b] }",
        "pool { mode = session, size = 3, min-size = 1, reserve-size = 1, reserve-after = 1s }",
        "pool { max-database-connections = 7, max-user-connections = 7, max-waiting = 7 }",
        "pool { wait-timeout = 9s, connect-timeout = 9s, idle-timeout = 9s, lifetime = 9s }",
        "pool { check-after-idle = 9s, prepared-statements = 9, reset-query = a, on-connect = b }",
        "databases.app { user = u, password = p, dbname = d, pool.size = 3 }",
        "databases.local { nodes = [\"unix:/run/.s.PGSQL.5432\"] }",
        "databases.one { nodes = [{ host = h, role = primary }] }",
        "databases.b { nodes = [a, b, { host = c, role = replica }] }",
        "routing { failover-timeout = 5s, probe { interval = 1s, user = u, password = p } }",
        "databases.app.routing { failover-timeout = 5s, probe.timeout = 2s }",
        "users.u.pool.size = 3",
        "log { level = debug, connections = true }",
        "session.ignore-startup-parameters = [a]",
        "session { set = pin, listen = allow, load = pin, sequences = reject, replication = reject,"
            + " audit = off }",
        "session.audit = close",
        "session.prepare = track",
        "databases.app.session.prepare = track",
        "databases.app.session.audit = close",
        "databases.app.session.ignore-startup-parameters = [a]",
        "routing { reads = declared, max-lag = 10s }, session.audit = log, client.tls.mode ="
            + " disable"
      })
  void aServerStartsWith(String body) throws IOException {
    assertEquals(List.of(), refused(body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "routing.reads = proven | routing.reads",
        "databases.app.routing.max-lag = 1s | databases.app.routing.max-lag",
        "listen = [{ port = 1, route = replica }] | listen[0].route",
        "databases.app.route = primary | databases.app.route",
        "databases.b { nodes = [{ host = a, role = replica, weight = 2 }] } |"
            + " databases.b.nodes[0].weight",
        "http {} | http",
        "http { host = h, port = 1 } | http",
        "peers = [\"h:1\", \"i:1\"] | peers",
        "client { idle-timeout = 1s, idle-transaction-timeout = 1s } | client.idle-timeout"
            + " client.idle-transaction-timeout",
        "client { transaction-timeout = 1s, query-timeout = 1s } | client.query-timeout"
            + " client.transaction-timeout",
        "databases.app.client.query-timeout = 1s | databases.app.client.query-timeout",
        "users.u.client.query-timeout = 1s | users.u.client.query-timeout",
        "pool { max-database-clients = 1, max-user-clients = 1 } | pool.max-database-clients"
            + " pool.max-user-clients",
        "databases.app.pool.max-database-clients = 1 | databases.app.pool.max-database-clients",
        "users.u.pool.max-user-clients = 1 | users.u.pool.max-user-clients",
        "pool.wait-notice-after = 1s | pool.wait-notice-after",
        "log { format = json, slow-query = 1s, literals = true } | log.format log.literals"
            + " log.slow-query"
      })
  void aServerDoesNotStartWith(String body, String keys) throws IOException {
    assertEquals(
        List.of(keys.split(" ")).stream().sorted().toList(),
        refused(body).stream().sorted().toList());
  }

  @Test
  void theDefaultsThatAreNotInForceAreNamedWithTheirValues() {
    assertEquals(
        List.of(
            "routing.reads = declared",
            "routing.max-lag = 10s",
            "routing.when-no-primary = wait",
            "routing.read-after-write = session",
            "routing.monotonic-reads = replica"),
        CapabilityCheck.defaultsNotInForce());
  }
}
