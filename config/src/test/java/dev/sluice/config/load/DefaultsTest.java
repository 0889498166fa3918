package dev.sluice.config.load;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Node;
import dev.sluice.config.NodeRole;
import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TlsMode;
import dev.sluice.config.TlsNegotiation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What absent keys mean, against a list written by hand from the documented configuration. */
class DefaultsTest {
  /** Rendered in the largest unit: 60s is 1m. */
  private static final String DOCUMENTED =
      """
      listen = [0.0.0.0:6432]
      unix-socket-dir = null
      http = null
      drain-timeout = 1m
      tcp.keep-alive = 1m
      tcp.user-timeout = 0s
      peers = []
      event-loops = auto
      transport = auto
      client.max-connections = 10000
      client.max-login-bytes = 16KiB
      client.max-queued-bytes = 1MiB
      client.login-timeout = 1m
      client.idle-timeout = 0s
      client.idle-transaction-timeout = 0s
      client.transaction-timeout = 0s
      client.query-timeout = 0s
      client.tls.mode = disable
      client.tls.certificate = null
      client.tls.key = null
      client.tls.ca = null
      auth.method = scram-sha-256
      auth.users-file = null
      auth.query = null
      auth.query-user = null
      auth.query-cache.size = 10000
      auth.query-cache.ttl = 1m
      auth.hba-file = null
      auth.ident-file = null
      auth.ldap = null
      admin.users = []
      admin.stats-users = []
      pool.mode = transaction
      pool.size = 20
      pool.min-size = 0
      pool.reserve-size = 0
      pool.reserve-after = 5s
      pool.max-database-connections = 0
      pool.max-user-connections = 0
      pool.max-database-clients = 0
      pool.max-user-clients = 0
      pool.max-waiting = 0
      pool.wait-timeout = 2m
      pool.wait-notice-after = 0s
      pool.connect-timeout = 15s
      pool.idle-timeout = 10m
      pool.lifetime = 1h
      pool.check-after-idle = 30s
      pool.prepared-statements = 500
      pool.reset-query = DISCARD ALL
      pool.on-connect = null
      session.set = track
      session.prepare = pin
      session.listen = pin
      session.temporary-tables = pin
      session.held-cursors = pin
      session.advisory-locks = pin
      session.load = reject
      session.sequences = allow
      session.replication = session
      session.audit = log
      session.ignore-startup-parameters = []
      routing.reads = declared
      routing.max-lag = 10s
      routing.max-lag-bytes = null
      routing.readmit-after = 3
      routing.when-none-eligible = primary
      routing.wait-for-replica = 0s
      routing.when-no-primary = wait
      routing.primary-read-limit = 50%
      routing.read-after-write = session
      routing.max-keys = 100000
      routing.monotonic-reads = replica
      routing.balance = least-busy
      routing.safe-functions = []
      routing.retry-on-primary = true
      routing.failover-timeout = 30s
      routing.probe.interval = 100ms
      routing.probe.timeout = 1s
      routing.probe.user = null
      routing.probe.password = null
      routing.patroni = []
      log.format = text
      log.level = info
      log.connections = false
      log.slow-query = 0s
      log.literals = false
      statements.cache-size = 10000
      """;

  @TempDir Path folder = Path.of("");
  private SluiceConfig minimal = KeyTableTest.defaults();

  @BeforeEach
  void load() {
    minimal = new ConfigFiles(folder).config(ConfigFiles.MINIMUM);
  }

  private static Map<String, String> documented() {
    return new TreeMap<>(
        DOCUMENTED
            .lines()
            .map(line -> line.split(" = ", 2))
            .collect(toMap(parts -> parts[0], parts -> parts[1])));
  }

  @Test
  void anAbsentKeyMeansWhatIsDocumented() {
    Map<String, String> expected = documented();
    expected.put("auth.method", "trust"); // the minimal file's own
    assertEquals(expected, valuesOf(minimal));
  }

  @Test
  void theTableOfKeysSaysWhatIsDocumented() {
    Map<String, String> table =
        KeyTable.values(KeyTableTest.defaults()).stream()
            .collect(toMap(value -> value.key().key(), value -> value.key().absent()));
    assertEquals(documented(), new TreeMap<>(table));
  }

  @Test
  void aDatabaseWithoutKeysOfItsOwnHasTheGlobalOnes() {
    DatabaseConfig app = minimal.databases().get("app");
    assertEquals(
        new DatabaseConfig(
            "app",
            "app",
            List.of(new Node.Tcp("db1", 5432, NodeRole.AUTO, 1)),
            null,
            null,
            new ServerTlsConfig(TlsMode.DISABLE, null, null, null, TlsNegotiation.POSTGRES),
            null,
            minimal.pool(),
            minimal.session(),
            minimal.routing(),
            minimal.client()),
        app);
  }

  @Test
  void nothingIsSaidToBeSetThatIsNot() {
    List<String> set =
        new ConfigFiles(folder)
                .valid(ConfigFiles.MINIMUM + "pool { size = 20, lifetime = 60m }")
                .nonDefaultKeys()
                .stream()
                .map(KeyUse::key)
                .toList();
    assertEquals(List.of("auth.method", "databases.app.nodes", "databases.app.nodes[0]"), set);
  }

  /** The documented file means the same without the lines whose comment begins with "(default)". */
  @Test
  void linesMarkedAsDefaultChangeNothing() {
    String full = ConfigFiles.resource("full.conf");
    String shortened =
        full.lines()
            .filter(line -> !line.contains("# (default)") || line.contains("port = 6432"))
            .reduce("", (text, line) -> text + line + "\n");
    ConfigFiles files =
        new ConfigFiles(folder).touch("server.crt", "server.key", "users.txt", "ca.crt");
    assertEquals(
        ((LoadResult.Loaded) files.load(full)).config(),
        ((LoadResult.Loaded) files.load(shortened)).config());
    assertEquals(69, full.lines().count() - shortened.lines().count());
  }

  static Map<String, String> valuesOf(SluiceConfig config) {
    return new TreeMap<>(
        KeyTable.values(config).stream()
            .collect(toMap(value -> value.key().key(), KeyTable.KeyValue::value)));
  }
}
