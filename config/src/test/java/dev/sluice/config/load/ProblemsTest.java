package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One mistake, one problem, at its line. */
class ProblemsTest {
  @TempDir Path folder = Path.of("");

  private List<String> problems(String body) {
    return new ConfigFiles(folder).problems(body);
  }

  private static final String HERE = "sluice.conf:3: ";

  /** The text is on line 3, behind what every file needs. */
  private void assertProblem(String text, String expected) {
    assertEquals(List.of(HERE + expected), problems(ConfigFiles.MINIMUM + text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // types
        "pool = 5 | pool: is a single value; valid is a section { mode = ... }",
        "pool = [] | pool: is a list; valid is a section { mode = ... }",
        "pool.size = {} | pool.size: is a section; valid is a whole number, 1 or more",
        "pool.size = [] | pool.size: is a list; valid is a whole number, 1 or more",
        "listen = \"0.0.0.0:6432\" | listen: is a single value; valid is a list in [ ], each a"
            + " section { host = ... }",
        "listen = [6432] | listen[0]: is a single value; valid is a section { host = ... }",
        "admin.users = sre | admin.users: is a single value; valid is a list in [ ], each a text",
        "admin.users = [[sre]] | admin.users[0]: is a list; valid is a text",
        "admin.users = [null] | admin.users[0]: is null; valid is a text",
        "databases.b.nodes = [[x]] | databases.b.nodes[0]: is a list; valid is \"host:port\","
            + " \"[IPv6]:port\" or \"unix:/path\" or { host = ..., port = ..., role = ..., weight ="
            + " ... }",
        "databases.b = 5 | databases.b: is not a section; valid is { key = value ... }",
        "users = [] | users: is a list; valid is a section { name { ... } }",
        // numbers
        "pool.size = many | pool.size: \"many\" is not valid; valid is a whole number, 1 or more",
        "pool.size = 0 | pool.size: 0 is out of range; valid is a whole number, 1 or more",
        "pool.size = -3 | pool.size: -3 is out of range; valid is a whole number, 1 or more",
        "pool.size = 1.5 | pool.size: 1.5 is not valid; valid is a whole number, 1 or more",
        "pool.size = 99999999999 | pool.size: 99999999999 is not valid; valid is a whole number, 1"
            + " or more",
        "listen = [{ port = 65536 }] | listen[0].port: 65536 is out of range; valid is a whole"
            + " number from 0 to 65535",
        "event-loops = 2000 | event-loops: 2000 is out of range; valid is auto or a whole number"
            + " from 0 to 1024",
        "event-loops = car | event-loops: \"car\" is not valid; valid is auto or a whole number"
            + " from 0 to 1024",
        // durations
        "drain-timeout = 60 | drain-timeout: 60 has no unit; valid is a duration such as 500ms,"
            + " 60s, 10m or 1h",
        "drain-timeout = 60x | drain-timeout: 60x has an unknown unit; valid are us, ms, s, m, h"
            + " and d",
        "drain-timeout = -1s | drain-timeout: -1s is not valid; valid is a duration such as 500ms,"
            + " 60s, 10m or 1h",
        "drain-timeout = soon | drain-timeout: \"soon\" is not valid; valid is a duration such as"
            + " 500ms, 60s, 10m or 1h",
        "drain-timeout = 99999d | drain-timeout: 99999d is out of range; valid is a duration such"
            + " as 500ms, 60s, 10m or 1h",
        "tcp.keep-alive = 1d | tcp.keep-alive: 1d is out of range; valid is a duration such as"
            + " 500ms, 60s, 10m or 1h, at most 32767s",
        "routing.probe.interval = 0s | routing.probe.interval: 0s is out of range; valid is a"
            + " duration such as 500ms, 60s, 10m or 1h, 1ms or more",
        // sizes and shares
        "client.max-login-bytes = 16kB | client.max-login-bytes: 16kB has an unknown unit; valid"
            + " are B, KiB, MiB, GiB and TiB",
        "client.max-login-bytes = 16384 | client.max-login-bytes: 16384 has no unit; valid is a"
            + " size such as 512B, 16KiB or 1MiB, 1KiB or more, at most 1MiB",
        "client.max-login-bytes = 2MiB | client.max-login-bytes: 2MiB is out of range; valid is a"
            + " size such as 512B, 16KiB or 1MiB, 1KiB or more, at most 1MiB",
        "routing.max-lag-bytes = 1.0001KiB | routing.max-lag-bytes: 1.0001KiB is not a number of"
            + " bytes; valid is a size such as 512B, 16KiB or 1MiB",
        "routing.max-lag-bytes = much | routing.max-lag-bytes: \"much\" is not valid; valid is a"
            + " size such as 512B, 16KiB or 1MiB",
        "routing.primary-read-limit = 101% | routing.primary-read-limit: 101% is not valid; valid"
            + " is a share from 0% to 100%",
        "routing.primary-read-limit = 0.5 | routing.primary-read-limit: 0.5 is not valid; valid is"
            + " a share from 0% to 100%",
        // words
        "pool.mode = Transaction | pool.mode: \"Transaction\" is not valid; valid is one of"
            + " transaction, session, statement",
        "session.listen = track | session.listen: \"track\" is not valid; valid is one of pin,"
            + " reject, allow",
        "log.literals = maybe | log.literals: \"maybe\" is not valid; valid is true or false",
        // addresses
        "peers = [\"host\"] | peers[0]: \"host\" is not valid; valid is \"host:port\", IPv6 as"
            + " \"[address]:port\"",
        "peers = [\"a:1\", \"b:70000\"] | peers[1]: \"b:70000\" is not valid; valid is"
            + " \"host:port\", IPv6 as \"[address]:port\"",
        "databases.b.nodes = [\"::1:5432\"] | databases.b.nodes[0]: \"::1:5432\" is not valid;"
            + " valid is \"host:port\", \"[IPv6]:port\" or \"unix:/path/of/socket\"",
        "databases.b.nodes = [\"[db]:5432\"] | databases.b.nodes[0]: \"[db]:5432\" is not valid;"
            + " valid is \"host:port\", \"[IPv6]:port\" or \"unix:/path/of/socket\"",
        "databases.b.nodes = [\"unix:run/x\"] | databases.b.nodes[0]: \"unix:run/x\" is not valid;"
            + " valid is \"unix:\" and an absolute path of at most 107 bytes",
        "databases.b.nodes = [\"db1:5432,db2:5432\"] | databases.b.nodes[0]: \"db1:5432,db2:5432\""
            + " is not valid; valid is \"host:port\", \"[IPv6]:port\" or \"unix:/path/of/socket\"",
        "databases.b.nodes = [{ port = 5432 }] | databases.b.nodes[0]: host is missing; valid is a"
            + " text",
        "databases.b.nodes = [{ host = \"x y\" }] | databases.b.nodes[0].host: \"x y\" is not"
            + " valid; valid is a host name or an address",
        "databases.b.nodes = [{ host = x, rle = primary }] | databases.b.nodes[0].rle: unknown key;"
            + " the nearest known key is databases.b.nodes[0].role",
        "listen = [{ host = h }] | listen[0]: port is missing; valid is a whole number from 0 to"
            + " 65535",
        "listen = [{ host = \"a b\", port = 1 }] | listen[0].host: \"a b\" is not valid; valid is a"
            + " host name or an address",
        "http.host = \"*\" | http.host: \"*\" is not valid; valid is a host name or an address",
        "routing.patroni = [\"patroni:8008\"] | routing.patroni[0]: \"patroni:8008\" is not valid;"
            + " valid is a URL such as \"http://10.0.0.5:8008\"",
        "routing.patroni = [\"http://a b\"] | routing.patroni[0]: \"http://a b\" is not valid;"
            + " valid is a URL such as \"http://10.0.0.5:8008\"",
        "routing.patroni = [\"http://u:p@h\"] | routing.patroni[0]: has a user or password in it;"
            + " valid is a URL such as \"http://10.0.0.5:8008\"",
        // texts and paths
        "auth.users-file = \"\" | auth.users-file: is empty; valid is the path of a file",
        "databases.b { nodes = [x], user = \"\" } | databases.b.user: is empty; leave it out, or"
            + " write null, for none",
        "pool.on-connect = \"a\\u0000b\" | pool.on-connect: has a zero byte in it; valid is a text",
        // unknown keys
        "clint {} | clint: unknown key; the nearest known key is client",
        "pool.size2 = 5 | pool.size2: unknown key; the nearest known key is pool.size",
        "pool.min_size = 5 | pool.min_size: unknown key; the nearest known key is pool.min-size",
        "pool.query-timeout = 5s | pool.query-timeout: unknown key here; the nearest known key is"
            + " client.query-timeout",
        "max-lag = 5s | max-lag: unknown key here; the nearest known key is routing.max-lag",
        "databases.b { nodes = [x], siez = 5 } | databases.b.siez: unknown key here; the nearest"
            + " known key is pool.size",
        "\"a.b\" = 5 | `\"a.b\": unknown key; known here are admin, auth, client, databases,"
            + " drain-timeout, event-loops, http, listen, log, peers, pool, routing, session,"
            + " statements, tcp, transport, unix-socket-dir, users`",
        "databases.\"a.b\" { nodes = [x], pol {} } | databases.\"a.b\".pol: unknown key; the"
            + " nearest known key is databases.\"a.b\".pool",
        // levels
        "databases.b { nodes = [x], client.tls.mode = disable } | databases.b.client.tls: cannot be"
            + " set here; valid is client.tls",
        "databases.b { nodes = [x], pool.max-user-clients = 5 } |"
            + " databases.b.pool.max-user-clients: cannot be set here; valid is"
            + " pool.max-user-clients or users.*.pool.max-user-clients",
        "users.u.pool.max-database-clients = 5 | users.u.pool.max-database-clients: cannot be set"
            + " here; valid is pool.max-database-clients or databases.*.pool.max-database-clients",
        "users.u.client.max-connections = 5 | users.u.client.max-connections: cannot be set here;"
            + " valid is client.max-connections",
        // substitutions
        "pool.size = ${NOT_SET} | pool.size: ${NOT_SET} is neither in the environment nor in this"
            + " file; set it, or write ${?NAME} for a key that may be absent",
        "pool = ${NOT_SET} | pool: ${NOT_SET} is neither in the environment nor in this file; set"
            + " it, or write ${?NAME} for a key that may be absent",
      })
  void ofOneKey(String text, String expected) {
    assertProblem(text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listen = [] | listen: nobody could connect; name an address, or set unix-socket-dir",
        "listen = [{ port = 1 }, { port = 2 }, { port = 1, route = replica }] | listen[2]:"
            + " 0.0.0.0:1 is also listen[0]; each address can be given once",
        "http { host = \"0.0.0.0\", port = 6432 } | http.port: 0.0.0.0:6432 is also listen[0]; set"
            + " another port",
        "client.tls.mode = allow | client.tls.mode: TLS mode allow needs a certificate; set"
            + " certificate and key, or mode = disable",
        "client.tls.certificate = \"a file\" | client.tls.certificate: a certificate needs its"
            + " private key; set key",
        "client.tls.key = \"a file\" | client.tls.key: a private key needs its certificate; set"
            + " certificate",
        "client.tls { mode = verify-ca, certificate = \"a file\", key = \"a file\" } |"
            + " client.tls.mode: client certificates cannot be verified without their authorities;"
            + " set ca",
        "auth.method = cert, client.tls { mode = require, certificate = \"a file\", key = \"a"
            + " file\", ca = \"a file\" } | auth.method: method cert needs verified certificates;"
            + " set client.tls.mode = verify-ca or verify-full",
        "auth.method = hba | auth.method: method hba needs rules; set hba-file",
        "auth.method = md5 | auth.method: nobody could log in; set users-file, query or ldap",
        "auth.method = null, auth.method = scram-sha-256 | auth.method: nobody could log in; set"
            + " users-file, query or ldap",
        "auth.query-user = bob | auth.query-user: has no query to run; set query as well",
        "auth.query = \"SELECT $1\" | auth.query: needs somebody to run it; set query-user as well",
        "auth.ldap {} | auth.ldap: no LDAP server is named; set url or server",
        "auth.ldap { url = u, server = s } | auth.ldap.url: url says what server and basedn say;"
            + " set either url or the others",
        "auth.ldap { server = s, prefix = p, basedn = b } | auth.ldap.prefix: simple bind and"
            + " search+bind exclude each other; set prefix and suffix, or basedn",
        "auth.ldap { server = s, searchattribute = p, searchfilter = b } |"
            + " auth.ldap.searchattribute: is not used beside searchfilter; set one of the two",
        "pool.min-size = 21 | pool.min-size: min-size 21 is above size 20; valid is up to size",
        "pool { size = 5, min-size = 6 } | pool.min-size: min-size 6 is above size 5; valid is up"
            + " to size",
        "pool { min-size = 6, max-database-connections = 5 } | pool.min-size: min-size 6 is above"
            + " max-database-connections 5; valid is up to that",
        "pool { reserve-size = 1, wait-timeout = 5s } | pool.reserve-size: the reserve would never"
            + " open: reserve-after 5s is not below wait-timeout 5s; valid is less",
        "pool { wait-notice-after = 3m } | pool.wait-notice-after: the notice would never come:"
            + " wait-notice-after is not below wait-timeout 2m; valid is less",
        "routing.when-none-eligible = wait | routing.when-none-eligible: wait needs a time to wait;"
            + " set wait-for-replica above 0ms",
        "routing.max-lag = 50ms | routing.max-lag: a bound of 50ms is finer than what is measured"
            + " every 100ms; valid is probe.interval or more",
        "routing.probe.user = u | routing.probe.user: a probe user needs a password; set"
            + " probe.password as well",
        "routing.probe.password = p | routing.probe.password: a probe password needs a user; set"
            + " probe.user as well",
        "databases.b {} | databases.b: has no nodes; set nodes = [\"host:5432\"]",
        "databases.b.nodes = [] | databases.b.nodes: has no nodes; set nodes = [\"host:5432\"]",
        "databases.b.nodes = [x, y, \"x:5432\"] | databases.b.nodes[2]: x:5432 is also nodes[0];"
            + " each node can be given once",
        "databases.b.nodes = [{ host = x, role = primary }, y, { host = z, role = primary }] |"
            + " databases.b.nodes[2]: nodes[0] is the primary already; one node can be",
        "databases.b { route = replica, nodes = [{ host = x, role = primary }] } |"
            + " databases.b.route: no node has this role; add one, or leave route out",
        "databases.b { route = primary, nodes = [{ host = x, role = replica }] } |"
            + " databases.b.route: no node has this role; add one, or leave route out",
        "databases.b { nodes = [x], password = p } | databases.b.password: a password needs a user;"
            + " set user as well",
        "databases.b { nodes = [x], tls.mode = verify-full } | databases.b.tls.mode: TLS mode"
            + " verify-full needs the authorities of the servers' certificates; set ca",
        "databases.b { nodes = [x], tls { mode = prefer, negotiation = direct } } |"
            + " databases.b.tls.negotiation: direct TLS cannot fall back to plain text; set mode ="
            + " require, verify-ca or verify-full",
        "databases.b { nodes = [x], tls { certificate = \"a file\" } } |"
            + " databases.b.tls.certificate: a certificate needs its private key; set key",
        "databases.b { nodes = [x], pool.min-size = 21 } | databases.b.pool.min-size: min-size 21"
            + " is above size 20; valid is up to size",
        "databases.b { nodes = [x], routing.max-lag = 1ms } | databases.b.routing.max-lag: a bound"
            + " of 1ms is finer than what is measured every 100ms; valid is probe.interval or more",
        "databases.sluice.nodes = [x] | databases.sluice: this name is the console's; choose"
            + " another",
        "databases.pgbouncer.nodes = [x] | databases.pgbouncer: this name is the console's; choose"
            + " another",
        "databases.b.like = ap | databases.b.like: there is no database \"ap\"; the nearest is app",
        "databases.b.like = else | databases.b.like: there is no database \"else\"; known are app,"
            + " b",
        "databases.b.like = b | databases.b.like: goes in a circle: b -> b; remove one like",
        "databases { b.like = c, c.like = d, d.like = b } | databases.b.like: goes in a circle: b"
            + " -> c -> d -> b; remove one like",
        "databases { b.like = c, c.like = d, d.like = c } | databases.c.like: goes in a circle: c"
            + " -> d -> c; remove one like",
        "users.u.pool { size = 2, min-size = 3 } | users.u.pool.min-size: min-size 3 is above size"
            + " 2; valid is up to size",
      })
  void ofSeveralKeys(String text, String expected) {
    new ConfigFiles(folder).with("a file", "");
    assertProblem(text, expected);
  }

  @Test
  void aMistakeIsNotReportedAgainWhereItIsInherited() {
    assertProblem(
        "pool { size = 10, min-size = 11 }, databases.b { like = app, pool.size = 5 },"
            + " users.u.pool.size = 4",
        "pool.min-size: min-size 11 is above size 10; valid is up to size");
  }

  @Test
  void everyPlaceThatContradictsWhatIsInheritedIsReported() {
    assertEquals(
        List.of(
            "sluice.conf:4: databases.b.pool.size: min-size 5 is above size 4; valid is up to size",
            "sluice.conf:5: databases.c.pool.size: min-size 5 is above size 3; valid is up to size",
            "sluice.conf:6: users.u.pool.size: min-size 5 is above size 2; valid is up to size"),
        problems(
            ConfigFiles.MINIMUM
                + "pool.min-size = 5\n"
                + "databases.b { like = app, pool.size = 4 }\n"
                + "databases.c { like = app, pool.size = 3 }\n"
                + "users.u.pool.size = 2"));
  }

  @Test
  void whatIsAbsentBecauseItIsMisspeltOrBrokenIsNotMissed() {
    assertEquals(
        List.of(
            "sluice.conf:2: auth.user-file: unknown key; the nearest known key is auth.users-file",
            "sluice.conf:3: client.tls.cert: unknown key; known here are ca, certificate, key,"
                + " mode",
            "sluice.conf:4: databses: unknown key; the nearest known key is databases"),
        problems(
            "auth { method = md5, user-file = x }\n"
                + "client.tls { cert = x }\n"
                + "databses.app.nodes = [x]"));
  }

  @Test
  void aFileWithoutDatabasesServesNobody() {
    assertEquals(
        List.of("sluice.conf: databases: no database is given; name one, or \"*\" for any"),
        problems("auth.method = trust"));
  }

  @Test
  void everythingStandsInOneSection() {
    assertEquals(
        List.of("sluice.conf: sluice: is not a section; valid is sluice { key = value ... }"),
        new ConfigFiles(folder).problemsOf(""));
    assertEquals(
        List.of("sluice.conf:1: sluice: is not a section; valid is sluice { key = value ... }"),
        new ConfigFiles(folder).problemsOf("sluice = 5"));
    assertEquals(
        List.of("sluice.conf:1: pool: unknown key; everything stands in sluice { ... }"),
        new ConfigFiles(folder)
            .problemsOf("pool.size = 5\nsluice {\n" + ConfigFiles.MINIMUM + "}"));
  }

  @Test
  void theFileItselfMustBeThere() throws IOException {
    Path missing = folder.resolve("missing.conf");
    assertEquals(
        List.of(new Problem(missing, 0, "", "does not exist; name a configuration file")),
        ((LoadResult.Invalid) ConfigLoader.load(missing, java.util.Map.of())).problems());
    Path directory = Files.createDirectory(folder.resolve("directory"));
    assertEquals(
        directory + ": is not a file; name a configuration file",
        ((LoadResult.Invalid) ConfigLoader.load(directory, java.util.Map.of()))
            .problems()
            .getFirst()
            .toString());
  }

  @Test
  void namedFilesMustBeThereUnlessTheyAreIgnored() throws IOException {
    Files.createDirectory(folder.resolve("directory"));
    ConfigFiles files = new ConfigFiles(folder);
    String body =
        ConfigFiles.MINIMUM
            + "auth { users-file = none, hba-file = directory }\nunix-socket-dir = sluice.conf";
    assertEquals(
        List.of(
            "sluice.conf:3: auth.hba-file: directory is not a file; name a file",
            "sluice.conf:3: auth.users-file: none does not exist; create it or name another file",
            "sluice.conf:4: unix-socket-dir: sluice.conf is not a directory; name a directory"),
        files.problems(body));
    LoadResult ignored = ConfigLoader.load(files.main(), java.util.Map.of(), NamedFiles.IGNORE);
    assertEquals(LoadResult.Loaded.class, ignored.getClass());
  }

  @Test
  void aSocketsPathMustFitItsAddress() throws IOException {
    String name = "d".repeat(100);
    Files.createDirectory(folder.resolve(name));
    assertProblem(
        "unix-socket-dir = " + name,
        "unix-socket-dir: the socket's path would be too long; valid are 107 bytes with the"
            + " socket's name");
  }

  @Test
  void fiveMistakesInTheDocumentedFileAreFiveProblemsAtTheirLines() {
    List<String> lines = new ArrayList<>(ConfigFiles.resource("full.conf").lines().toList());
    List<String> expected = new ArrayList<>();
    mistake(
        lines,
        "  drain-timeout = 60s",
        "drain-timeout = 60",
        expected,
        "drain-timeout: 60 has no unit; valid is a duration such as 500ms, 60s, 10m or 1h");
    mistake(
        lines,
        "    method = scram-sha-256",
        "method = scram",
        expected,
        "auth.method: \"scram\" is not valid; valid is one of scram-sha-256, md5, password, trust,"
            + " cert, hba");
    mistake(
        lines,
        "    min-size = 0",
        "min-size = 50",
        expected,
        "pool.min-size: min-size 50 is above size 20; valid is up to size");
    mistake(
        lines,
        "    max-lag = 10s",
        "max-leg = 10s",
        expected,
        "routing.max-leg: unknown key; the nearest known key is routing.max-lag");
    mistake(
        lines,
        "      like = app",
        "like = ap",
        expected,
        "databases.app_reports.like: there is no database \"ap\"; the nearest is app");
    ConfigFiles files =
        new ConfigFiles(folder).touch("server.crt", "server.key", "users.txt", "ca.crt");
    assertEquals(expected, files.problemsOf(String.join("\n", lines)));
  }

  private static void mistake(
      List<String> lines, String start, String wrong, List<String> expected, String problem) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(start)) {
        lines.set(i, wrong);
        expected.add("sluice.conf:" + (i + 1) + ": " + problem);
        return;
      }
    }
    throw new IllegalArgumentException("no line starts with " + start);
  }
}
