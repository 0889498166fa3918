package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users that are not in the users-file: the operator's query knows them. */
@ExtendWith(PostgresServers.Extension.class)
@Timeout(120)
class AuthQueryIT {
  private static final String NAME = "auth_query_it";
  private static final String ASKER = "auth_query_asker";
  private static final String PASSWORD = "right password";

  /** How {@code pg_stat_activity} shows the connections that the query runs on. */
  private static final String LOOKUPS = "application_name = 'sluice auth-query'";

  private static final String ROLES =
      "SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END"
          + " FROM pg_authid WHERE rolname = $1 AND rolcanlogin";

  private final PostgresServer postgres;
  @TempDir private Path folder = Path.of(".");

  AuthQueryIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  /** Of Sluice; the users-file has one user beside who runs the query. */
  private SluiceConf conf(String method, String query, String more) {
    Path users = folder.resolve("users.txt");
    try {
      Files.writeString(users, "\"" + ASKER + "\" \"asks\"\n\"filed\" \"filed's\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SluiceConf.trusting()
        .with(
            """
            auth { method = %s, users-file = "%s", query-user = %s %s
              query = \"""%s\""" }
            """
                .formatted(method, users, ASKER, more, query));
  }

  private TestBed bed(SluiceConf conf) {
    try (WireClient admin = postgres.admin("postgres")) {
      admin.rows("set client_min_messages = warning");
      admin.rows("drop role if exists " + ASKER);
      admin.rows("create role " + ASKER + " superuser login");
      admin.rows("drop role if exists filed");
      admin.rows("create role filed login");
    }
    TestBed bed = TestBed.start(postgres, NAME, conf);
    password(bed, "scram-sha-256", PASSWORD);
    return bed;
  }

  private static void password(TestBed bed, String encryption, String password) {
    bed.admin().rows("set password_encryption = '" + encryption + "'");
    bed.admin().rows("alter role " + NAME + " password '" + password + "'");
  }

  private static List<BackendMessage> refused(TestBed bed, Login login) {
    try (WireClient client = WireClient.open(bed.address())) {
      List<BackendMessage> answers = client.tryLogin(login);
      assertEquals(new Closed(), answers.getLast());
      assertEquals("FATAL", Answers.error(answers).severity());
      return answers;
    }
  }

  private static String stateOf(TestBed bed, Login login) {
    return Answers.error(refused(bed, login)).sqlState();
  }

  @ParameterizedTest
  @CsvSource({
    "scram-sha-256, scram-sha-256",
    "md5, scram-sha-256",
    "password, scram-sha-256",
    "md5, md5",
    "password, md5"
  })
  void whoTheServerKnowsLogsIn(String method, String encryption) {
    try (TestBed bed = bed(conf(method, ROLES, ""))) {
      password(bed, encryption, PASSWORD);
      Login right = bed.login().withPassword(PASSWORD);
      assertEquals(NAME, bed.client(right).value("select current_user"));
      assertEquals("28P01", stateOf(bed, bed.login().withPassword("wrong")));
      assertEquals(NAME, bed.client(right).value("select current_user"));
      Login filed = bed.login().withUser("filed").withPassword("filed's");
      assertEquals("filed", bed.client(filed).value("select current_user"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5", "password"})
  void whoTheServerDoesNotKnowLooksLikeAWrongPassword(String method) {
    try (TestBed bed = bed(conf(method, ROLES, ""))) {
      if (method.equals("md5")) {
        password(bed, "md5", PASSWORD);
      }
      // An answer shows what form secrets have here.
      bed.client(bed.login().withPassword(PASSWORD));
      List<BackendMessage> wrong = refused(bed, bed.login().withPassword("wrong"));
      List<BackendMessage> unknown =
          refused(bed, bed.login().withUser("nobody").withPassword("wrong"));
      assertEquals(
          wrong.stream().map(BackendMessage::tag).toList(),
          unknown.stream().map(BackendMessage::tag).toList());
      assertEquals(
          Answers.error(wrong).fields().toString().replace(NAME, "(name)"),
          Answers.error(unknown).fields().toString().replace("nobody", "(name)"));
    }
  }

  /** No secret, no right to log in, out of date. */
  @ParameterizedTest
  @ValueSource(strings = {"password null", "nologin", "valid until '2001-01-01'"})
  void whoCannotLogInLooksLikeAWrongPassword(String change) {
    try (TestBed bed = bed(conf("scram-sha-256", ROLES, ""))) {
      bed.admin().rows("alter role " + NAME + " " + change);
      List<BackendMessage> answers = refused(bed, bed.login().withPassword(PASSWORD));
      assertEquals("28P01", Answers.error(answers).sqlState());
      assertEquals(2, answers.stream().filter(message -> message.tag() == 'R').count());
    }
  }

  /**
   * What clients say at startup does not reach the query, and neither does a search_path that the
   * login or the database has.
   */
  @Test
  void noOtherTablesAreAskedThanTheCatalogs() {
    try (TestBed bed = bed(conf("password", ROLES, ""))) {
      bed.admin().rows("create schema evil");
      bed.admin()
          .rows(
              "create table evil.pg_authid as select rolname, 'planted'::text as rolpassword,"
                  + " rolcanlogin, rolvaliduntil from pg_catalog.pg_authid");
      bed.admin().rows("grant all on schema evil to public");
      bed.admin().rows("grant all on evil.pg_authid to public");
      String path = " set search_path = evil, pg_catalog";
      bed.admin().rows("alter database " + NAME + path);
      bed.admin().rows("alter role " + ASKER + path);
      for (String parameter : List.of("search_path", "application_name")) {
        Login login = bed.login().with(parameter, "evil, pg_catalog");
        assertEquals("28P01", stateOf(bed, login.withPassword("planted")));
        bed.client(login.withPassword(PASSWORD)).terminate();
      }
      Login login = bed.login().with("options", "-c search_path=evil");
      assertEquals("28P01", stateOf(bed, login.withPassword("planted")));
      bed.client(login.withPassword(PASSWORD)).terminate();
      assertEquals("planted", bed.admin().value("select rolpassword from evil.pg_authid limit 1"));
    }
  }

  @Test
  void theNameIsAValueAndNoPartOfTheQuery() {
    String odd = "o'b \"$1\" ?; --";
    String quoted = "\"" + odd.replace("\"", "\"\"") + "\"";
    try (TestBed bed = bed(conf("scram-sha-256", ROLES, ""))) {
      bed.admin().rows("drop role if exists " + quoted);
      bed.admin().rows("create role " + quoted + " login password 'odd'");
      assertEquals(
          odd,
          bed.client(bed.login().withUser(odd).withPassword("odd")).value("select current_user"));
      String injected = "x' or rolname = '" + NAME;
      assertEquals("28P01", stateOf(bed, bed.login().withUser(injected).withPassword(PASSWORD)));
      bed.admin().rows("drop role " + quoted);
    }
  }

  /** By methods whose proof can be checked against another secret than the one first found. */
  @ParameterizedTest
  @CsvSource({"md5, md5", "password, scram-sha-256", "password, md5"})
  void aChangedPasswordCountsAtOnce(String method, String encryption) {
    try (TestBed bed = bed(conf(method, ROLES, ""))) {
      password(bed, encryption, PASSWORD);
      Login old = bed.login().withPassword(PASSWORD);
      bed.client(old);
      awaitAnswersThatMayBeOld();
      password(bed, encryption, "new");
      bed.client(bed.login().withPassword("new"));
      assertEquals("28P01", stateOf(bed, old));
    }
  }

  /**
   * SCRAM's proof is made for one salt: the login that finds the change out is the last refused.
   */
  @Test
  void aChangedPasswordCountsFromTheLoginThatFindsItOut() {
    try (TestBed bed = bed(conf("scram-sha-256", ROLES, ""))) {
      Login old = bed.login().withPassword(PASSWORD);
      Login changed = bed.login().withPassword("new");
      bed.client(old);
      awaitAnswersThatMayBeOld();
      password(bed, "scram-sha-256", "new");
      assertEquals("28P01", stateOf(bed, changed));
      bed.client(changed);
      assertEquals("28P01", stateOf(bed, old));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"size = 0", "ttl = 0s"})
  void withoutACacheEveryLoginAsks(String cache) {
    try (TestBed bed = bed(conf("scram-sha-256", ROLES, ", query-cache { " + cache + " }"))) {
      Login old = bed.login().withPassword(PASSWORD);
      bed.client(old);
      password(bed, "scram-sha-256", "new");
      bed.client(bed.login().withPassword("new"));
      assertEquals("28P01", stateOf(bed, old));
    }
  }

  /**
   * What the client proves itself with serves towards PostgreSQL, and no password is known to
   * Sluice. It changes while clients and backends live.
   */
  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5"})
  void keysAndHashesServeTowardsPostgres(String method) throws IOException {
    try (EmbeddedPostgres server =
        PostgresServers.builder(PostgresServers.NEWEST)
            .superuser("postgres", "super secret")
            .authentication(method)
            .setting("password_encryption", method)
            .start()) {
      Address address = Address.local(server.port());
      Path users = folder.resolve("pass-through.txt");
      Files.writeString(users, "\"postgres\" \"super secret\"\n");
      SluiceConf conf =
          SluiceConf.trusting()
              .with(
                  "auth { method = %s, users-file = \"%s\", query-user = postgres, query = \"%s\" }"
                      .formatted(method, users, ROLES))
              .database("postgres", address.toString(), "pool.size = 2");
      Login first = Login.of("app", "postgres").withPassword("first");
      Login second = first.withPassword("second");
      try (WireClient admin =
              WireClient.login(
                  address, Login.of("postgres", "postgres").withPassword("super secret"));
          SluiceServer sluice = start(admin, conf);
          WireClient before = WireClient.login(sluice.address(), first)) {
        before.rows("begin");
        String backend = before.value("select pg_backend_pid()");
        awaitAnswersThatMayBeOld();
        admin.rows("alter role app password 'second'");
        if (method.equals("scram-sha-256")) {
          assertEquals("28P01", stateOf(sluice, second)); // by which Sluice finds out
        }
        try (WireClient after = WireClient.login(sluice.address(), second)) {
          // The only backend is taken: one more logs in, with what the new password gave.
          assertEquals("app", after.value("select current_user"));
          assertNotEquals(backend, after.value("select pg_backend_pid()"));
        }
        assertEquals("28P01", stateOf(sluice, first));
        assertEquals(backend, before.value("select pg_backend_pid()"));
        before.rows("commit");
      }
    }
  }

  private static SluiceServer start(WireClient admin, SluiceConf conf) {
    admin.rows("create role app login password 'first'");
    return SluiceServer.start(conf.text());
  }

  private static String stateOf(SluiceServer sluice, Login login) {
    try (WireClient client = WireClient.open(sluice.address())) {
      return Answers.error(client.tryLogin(login)).sqlState();
    }
  }

  /** A wrong password makes Sluice ask again, but not more often than this. */
  private static void awaitAnswersThatMayBeOld() {
    long since = System.nanoTime();
    Await.until(() -> System.nanoTime() - since > 300_000_000, () -> "the clock stands still");
  }

  /** One lookup for all of them, and nobody else is held up meanwhile. */
  @Test
  void loginsOfOneUserShareALookup() throws Exception {
    String query = "SELECT name, secret FROM public.secrets WHERE name = $1";
    SluiceConf conf = conf("scram-sha-256", query, "").with("admin.users = [filed]");
    try (TestBed bed = bed(conf);
        WireClient locker = postgres.admin(NAME);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      bed.admin().rows("create table secrets (name text, secret text)");
      bed.admin().rows("insert into secrets values ('" + NAME + "', 'in plain text')");
      locker.rows("begin");
      locker.rows("lock table secrets");
      List<CompletableFuture<String>> logins = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Login login = bed.login().withPassword(i == 7 ? "wrong" : "in plain text");
        logins.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try (WireClient client = WireClient.open(bed.address())) {
                    return client.tryLogin(login).getLast() instanceof Closed ? "no" : "yes";
                  }
                },
                threads));
      }
      bed.awaitCount(1, LOOKUPS + " and wait_event_type = 'Lock'");
      try (WireClient console = WireClient.login(bed.address(), console())) {
        Await.until(
            () -> console.rows("show lists").toString().contains("[login_clients, 20]"),
            () -> "clients that log in: " + console.rows("show lists"));
      }
      Login filed = bed.login().withUser("filed").withPassword("filed's");
      assertEquals("1", bed.client(filed).value("select 1"));
      assertEquals(1, bed.count(LOOKUPS + " and wait_event_type = 'Lock'"));
      assertTrue(logins.stream().noneMatch(CompletableFuture::isDone));
      locker.rows("commit");
      List<String> outcomes = logins.stream().map(CompletableFuture::join).toList();
      assertEquals(19, outcomes.stream().filter("yes"::equals).count(), outcomes::toString);
      assertEquals("no", outcomes.get(7));
    }
  }

  private static Login console() {
    return SluiceConf.OPERATOR.withUser("filed").withPassword("filed's");
  }

  /** While its lookup runs a client has nothing to say. */
  @Test
  void aSecondStartupMessageDuringTheLookup() {
    String query = "SELECT name, secret FROM public.secrets WHERE name = $1";
    try (TestBed bed = bed(conf("scram-sha-256", query, ""));
        WireClient locker = postgres.admin(NAME);
        WireClient client = WireClient.open(bed.address())) {
      bed.admin().rows("create table secrets (name text, secret text)");
      locker.rows("begin");
      locker.rows("lock table secrets");
      client.send(FrontendMessage.startup(bed.login()));
      bed.awaitCount(1, LOOKUPS + " and wait_event_type = 'Lock'");
      client.send(FrontendMessage.startup(bed.login().withUser(ASKER)));
      locker.rows("commit");
      List<BackendMessage> answers = client.readUntil(message -> false);
      assertEquals("08P01", Answers.error(answers).sqlState());
      assertEquals(new Closed(), answers.getLast());
    }
  }

  @Test
  void aServerThatIsDown() {
    try (TestBed bed = bed(conf("scram-sha-256", ROLES, "").with("pool.connect-timeout = 1s"))) {
      bed.faults().refuse(true);
      ErrorResponse error = Answers.error(refused(bed, bed.login().withPassword(PASSWORD)));
      assertEquals("57P03", error.sqlState());
      assertEquals("authentication is not possible at the moment", error.message());
      ErrorResponse unknown =
          Answers.error(refused(bed, bed.login().withUser("nobody").withPassword("x")));
      assertEquals(error.fields(), unknown.fields());
      bed.faults().refuse(false);
      Await.until(
          () -> {
            try (WireClient client = WireClient.open(bed.address())) {
              return !(client.tryLogin(bed.login().withPassword(PASSWORD)).getLast()
                  instanceof Closed);
            }
          },
          () -> "nobody logs in although the server is there again");
    }
  }

  /** The server's words are for the operator: they may quote what clients must not know. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT rolname, nonsense FROM pg_authid WHERE rolname = $1",
        "SELECT rolname FROM pg_authid WHERE rolname = $1",
        "SELECT $1::text, rolpassword FROM pg_authid"
      })
  void aQueryThatDoesNotWork(String query) {
    try (TestBed bed = bed(conf("scram-sha-256", query, ""))) {
      ErrorResponse error = Answers.error(refused(bed, bed.login().withPassword(PASSWORD)));
      assertEquals("57P03", error.sqlState());
      assertFalse(error.fields().toString().contains("nonsense"), error.fields()::toString);
    }
  }

  @Test
  void connectionsThatDiedAreReplaced() {
    try (TestBed bed = bed(conf("scram-sha-256", ROLES, ", query-cache.ttl = 0s"))) {
      Login right = bed.login().withPassword(PASSWORD);
      bed.client(right);
      for (int i = 0; i < 5; i++) {
        bed.faults().cutAll();
        try (WireClient client = WireClient.open(bed.address())) {
          List<BackendMessage> answers = client.tryLogin(right);
          assertFalse(
              answers.stream().anyMatch(message -> message.toString().contains("57P03")),
              answers::toString);
        }
      }
      assertTrue(bed.count(LOOKUPS) <= 2);
    }
  }

  /** A name that only "*" has makes nobody connect to it, and is told only to whom we know. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void databasesCannotBeProbed(boolean fallback) {
    SluiceConf conf = conf("scram-sha-256", ROLES, "");
    try (TestBed bed = bed(fallback ? conf.database("\"*\"", postgres.node(), "") : conf)) {
      for (String database : List.of("nowhere", "nowhere else")) {
        Login nowhere = bed.login().withDatabase(database);
        assertEquals("28P01", stateOf(bed, nowhere.withPassword("wrong")));
        assertEquals("28P01", stateOf(bed, nowhere.withUser("nobody").withPassword(PASSWORD)));
        assertEquals("3D000", stateOf(bed, nowhere.withPassword(PASSWORD)));
      }
      if (fallback) {
        assertEquals(
            "postgres", bed.admin().value("select datname from pg_stat_activity where " + LOOKUPS));
      }
    }
  }

  /** The console is opened by the users-file, whatever roles somebody makes on a server. */
  @Test
  void theConsoleIsNotForUsersOfServers() {
    SluiceConf conf = conf("scram-sha-256", ROLES, "").with("admin.users = [" + NAME + ", filed]");
    try (TestBed bed = bed(conf)) {
      bed.client(bed.login().withPassword(PASSWORD));
      Login operator = bed.login().withDatabase("sluice").withPassword(PASSWORD);
      assertEquals("28P01", stateOf(bed, operator));
      assertNotEquals(List.of(), bed.client(console()).rows("show pools"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1, 2 | does not use $1",
        "SELECT $1, $2 | has a parameter $2",
        "SELECT '$1' | does not use $1",
        "SELECT $1; SELECT 2 | is more than one statement",
        "SELECT $1, 'open | is not understood"
      })
  void whatIsNoQueryIsSaidAtTheStart(String query, String problem) {
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> SluiceServer.start(alone(conf("md5", query, ""))).close());
    String said = String.valueOf(refusal.getCause());
    assertTrue(said.contains("auth.query " + problem), said);
  }

  private String alone(SluiceConf conf) {
    return conf.database(NAME, postgres.node(), "").text();
  }

  @Test
  void aQueryUserWithoutAPasswordInPlainTextIsSaidAtTheStart() throws IOException {
    SluiceConf conf = conf("md5", ROLES, "");
    Files.writeString(
        folder.resolve("users.txt"), "\"" + ASKER + "\" \"md5" + "0".repeat(32) + "\"\n");
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> SluiceServer.start(alone(conf)).close());
    assertTrue(String.valueOf(refusal.getCause()).contains("plain text"));
  }
}
