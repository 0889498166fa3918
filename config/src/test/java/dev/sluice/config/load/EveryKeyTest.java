package dev.sluice.config.load;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.config.AdminConfig;
import dev.sluice.config.AuditPolicy;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.AuthMethod;
import dev.sluice.config.Balance;
import dev.sluice.config.ClientConfig;
import dev.sluice.config.ClientTlsConfig;
import dev.sluice.config.DataSize;
import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.HostPort;
import dev.sluice.config.HttpAddress;
import dev.sluice.config.LdapConfig;
import dev.sluice.config.LdapScheme;
import dev.sluice.config.ListenAddress;
import dev.sluice.config.LogConfig;
import dev.sluice.config.LogFormat;
import dev.sluice.config.LogLevel;
import dev.sluice.config.MonotonicReads;
import dev.sluice.config.NoPrimaryPolicy;
import dev.sluice.config.Node;
import dev.sluice.config.NodeRole;
import dev.sluice.config.NoneEligiblePolicy;
import dev.sluice.config.Percentage;
import dev.sluice.config.PoolConfig;
import dev.sluice.config.PoolMode;
import dev.sluice.config.ProbeConfig;
import dev.sluice.config.QueryCacheConfig;
import dev.sluice.config.ReadAfterWrite;
import dev.sluice.config.ReadPolicy;
import dev.sluice.config.ReplicationPolicy;
import dev.sluice.config.Route;
import dev.sluice.config.RoutingConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.SessionConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.StatePolicy;
import dev.sluice.config.StatementsConfig;
import dev.sluice.config.TcpConfig;
import dev.sluice.config.TlsMode;
import dev.sluice.config.TlsNegotiation;
import dev.sluice.config.TransportKind;
import dev.sluice.config.load.LoadResult.Loaded;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key, set to something other than its default, reaches its record. */
class EveryKeyTest {
  @TempDir Path folder = Path.of("");
  private ConfigFiles files = new ConfigFiles(folder);

  @BeforeEach
  void namedFiles() throws IOException {
    files =
        new ConfigFiles(folder)
            .touch("server.crt", "server.key", "ca.crt", "users.txt", "hba.conf", "ident.conf");
    Files.createDirectory(folder.resolve("sockets"));
  }

  private Loaded everyKey() {
    LoadResult result = files.load(ConfigFiles.resource("every-key.conf"));
    return assertInstanceOf(Loaded.class, result, result::toString);
  }

  @Test
  void everyKeyOfTheTableIsThereAndSaidToBeSet() {
    Set<String> set =
        everyKey().nonDefaultKeys().stream()
            .map(KeyUse::tableKey)
            .collect(toCollection(TreeSet::new));
    for (String ldap :
        List.of(
            "{ url = \"ldap://h\" }",
            "{ server = s, prefix = \"p\", suffix = \"s\" }",
            "{ server = s, basedn = b, searchfilter = \"(uid=$username)\" }")) {
      files.valid(ConfigFiles.MINIMUM + "auth.ldap = " + ldap).nonDefaultKeys().stream()
          .map(KeyUse::tableKey)
          .forEach(set::add);
    }
    Set<String> missing =
        KeyTable.keys().stream()
            .filter(key -> !key.type().startsWith("a section"))
            .map(KeyDescription::key)
            .filter(key -> !set.contains(key))
            .collect(toCollection(TreeSet::new));
    assertEquals(Set.of(), missing);
  }

  @Test
  void theGlobalSectionsHoldWhatIsWritten() {
    SluiceConfig config = everyKey().config();
    assertEquals(
        new SluiceConfig(
            List.of(
                new ListenAddress("127.0.0.1", 7001, Route.PRIMARY),
                new ListenAddress("::1", 7002, null)),
            folder.resolve("sockets"),
            new HttpAddress("0.0.0.0", 9200),
            Duration.ofSeconds(90),
            new TcpConfig(Duration.ofMinutes(2), Duration.ofMillis(1500)),
            List.of(new HostPort("10.0.0.2", 6432), new HostPort("fe80::1%eth0", 6432)),
            4,
            TransportKind.IO_URING,
            new ClientConfig(
                77,
                new DataSize(8 << 10),
                new DataSize(3 << 20),
                Duration.ofSeconds(5),
                Duration.ofHours(2),
                Duration.ofMinutes(3),
                Duration.ofMinutes(4),
                Duration.ofDays(1),
                new ClientTlsConfig(
                    TlsMode.VERIFY_FULL,
                    folder.resolve("server.crt"),
                    folder.resolve("server.key"),
                    folder.resolve("ca.crt"))),
            new AuthConfig(
                AuthMethod.CERT,
                folder.resolve("users.txt"),
                "SELECT $1",
                "asker",
                new QueryCacheConfig(5, Duration.ofSeconds(7)),
                folder.resolve("hba.conf"),
                folder.resolve("ident.conf"),
                new LdapConfig(
                    null,
                    "ldap1 ldap2",
                    390,
                    LdapScheme.LDAPS,
                    true,
                    null,
                    null,
                    "dc=example",
                    "cn=reader",
                    new Secret("ldap-secret"),
                    "uid",
                    null)),
            new AdminConfig(List.of("sre", "on call"), List.of("grafana")),
            new PoolConfig(
                PoolMode.SESSION,
                21,
                2,
                3,
                Duration.ofSeconds(4),
                100,
                101,
                102,
                103,
                104,
                Duration.ofSeconds(105),
                Duration.ofSeconds(6),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8),
                Duration.ZERO,
                Duration.ofSeconds(10),
                0,
                "",
                "SET jit = off"),
            new SessionConfig(
                StatePolicy.PIN,
                StatePolicy.TRACK,
                StatePolicy.REJECT,
                StatePolicy.ALLOW,
                StatePolicy.REJECT,
                StatePolicy.ALLOW,
                StatePolicy.PIN,
                StatePolicy.REJECT,
                ReplicationPolicy.REJECT,
                AuditPolicy.CLOSE,
                List.of("extra_float_digits")),
            new RoutingConfig(
                ReadPolicy.OFF,
                Duration.ofSeconds(2),
                new DataSize(16 << 20),
                4,
                NoneEligiblePolicy.WAIT,
                Duration.ofMillis(10),
                NoPrimaryPolicy.STALE,
                new Percentage(25),
                ReadAfterWrite.DATABASE,
                7,
                MonotonicReads.ALL,
                Balance.ROUND_ROBIN,
                List.of("app.safe"),
                false,
                Duration.ofSeconds(31),
                new ProbeConfig(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(2),
                    "prober",
                    new Secret("probe-secret")),
                List.of(URI.create("http://10.0.0.5:8008"))),
            new LogConfig(LogFormat.JSON, LogLevel.DEBUG, true, Duration.ofMillis(250), true),
            new StatementsConfig(1),
            config.databases(),
            null,
            config.users()),
        config);
  }

  @Test
  void aDatabaseHoldsWhatIsWrittenAndWhatIsLikeItToo() {
    SluiceConfig config = everyKey().config();
    PoolConfig pool =
        new PoolConfig(
            PoolMode.STATEMENT,
            31,
            1,
            2,
            Duration.ofSeconds(3),
            200,
            101,
            202,
            103,
            204,
            Duration.ofSeconds(205),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(9),
            Duration.ofHours(2),
            Duration.ZERO,
            9,
            "RESET ALL",
            "SELECT 1");
    SessionConfig session =
        new SessionConfig(
            StatePolicy.ALLOW,
            StatePolicy.ALLOW,
            StatePolicy.ALLOW,
            StatePolicy.REJECT,
            StatePolicy.ALLOW,
            StatePolicy.REJECT,
            StatePolicy.ALLOW,
            StatePolicy.PIN,
            ReplicationPolicy.REJECT,
            AuditPolicy.OFF,
            List.of("search_path"));
    RoutingConfig routing =
        new RoutingConfig(
            ReadPolicy.PROVEN,
            Duration.ofSeconds(3),
            new DataSize(1 << 30),
            5,
            NoneEligiblePolicy.ERROR,
            Duration.ofMillis(5),
            NoPrimaryPolicy.ERROR,
            new Percentage(0),
            ReadAfterWrite.KEY,
            8,
            MonotonicReads.OFF,
            Balance.RANDOM,
            List.of("f", "g"),
            false,
            Duration.ofSeconds(32),
            new ProbeConfig(
                Duration.ofMillis(300),
                Duration.ofSeconds(3),
                "prober2",
                new Secret("probe-secret-2")),
            List.of(URI.create("https://patroni:8008/")));
    ClientConfig global = config.client();
    ClientConfig client =
        new ClientConfig(
            global.maxConnections(),
            global.maxLoginBytes(),
            global.maxQueuedBytes(),
            global.loginTimeout(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(4),
            global.tls());
    for (String name : List.of("app", "other")) {
      DatabaseConfig expected =
          new DatabaseConfig(
              name,
              "app_v2",
              List.of(
                  new Node.Tcp("db1", 5433, NodeRole.AUTO, 1),
                  new Node.Tcp("2001:db8::2", 5434, NodeRole.REPLICA, 3)),
              "login",
              new Secret("database-secret"),
              new ServerTlsConfig(
                  TlsMode.REQUIRE,
                  folder.resolve("ca.crt"),
                  folder.resolve("server.crt"),
                  folder.resolve("server.key"),
                  TlsNegotiation.DIRECT),
              Route.REPLICA,
              pool,
              session,
              routing,
              client);
      assertEquals(expected, config.databases().get(name));
    }
    assertEquals(Set.of("app", "other"), config.databases().keySet());
  }

  @Test
  void aUsersValuesWinOverTheDatabases() {
    SluiceConfig config = everyKey().config();
    DatabaseConfig app = Objects.requireNonNull(config.database("app"));
    assertEquals(
        new PoolConfig(
            PoolMode.STATEMENT,
            41,
            1,
            2,
            Duration.ofSeconds(3),
            200,
            201,
            202,
            203,
            304,
            Duration.ofSeconds(305),
            Duration.ofSeconds(15),
            Duration.ofSeconds(11),
            Duration.ofSeconds(19),
            Duration.ofHours(12),
            Duration.ofSeconds(1),
            19,
            "RESET x",
            "SELECT 2"),
        config.pool(app, "reporting"));
    assertEquals(Duration.ofSeconds(14), config.client(app, "reporting").queryTimeout());
    assertEquals(app.pool(), config.pool(app, "someone else"));
    assertEquals(app.client(), config.client(app, "someone else"));
  }

  @Test
  void theValuesInForceAreShownWithoutSecrets() {
    Map<String, String> values = DefaultsTest.valuesOf(everyKey().config());
    assertEquals("[127.0.0.1:7001 route primary, [::1]:7002]", values.get("listen"));
    assertEquals("***", values.get("routing.probe.password"));
    assertEquals("***", values.get("auth.ldap.bindpasswd"));
    assertEquals("io_uring", values.get("transport"));
    assertEquals("4", values.get("event-loops"));
    assertEquals("90s", values.get("drain-timeout"));
    assertEquals("1500ms", values.get("tcp.user-timeout"));
    assertEquals("25%", values.get("routing.primary-read-limit"));
  }
}
