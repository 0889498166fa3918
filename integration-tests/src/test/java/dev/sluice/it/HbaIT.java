package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.Relay;
import dev.sluice.it.wire.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may log in from where, by a file of rules. */
@ExtendWith(PostgresServers.Extension.class)
class HbaIT {
  private static final String NAME = "hba_it";

  private final PostgresServer postgres;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Path folder = Path.of("");

  HbaIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  /** For everybody: another user of the system shall reach the socket in it. */
  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("h");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  private SluiceServer start(String rules) throws IOException {
    return start(rules, "");
  }

  private SluiceServer start(String rules, String more) throws IOException {
    postgres.newDatabase(NAME);
    Files.writeString(folder.resolve("hba.conf"), rules);
    Files.writeString(
        folder.resolve("users.txt"), "\"%s\" \"right\"\n\"other\" \"other's\"\n".formatted(NAME));
    String conf =
        SluiceConf.trusting()
            .with(
                "auth { method = hba, hba-file = \"%s/hba.conf\", users-file = \"%s/users.txt\" }"
                    .formatted(folder, folder))
            .with("unix-socket-dir = \"" + folder + "\"")
            .with(more)
            .database(NAME, postgres.node(), "user = " + NAME)
            .database("second", postgres.node(), "dbname = %s, user = %s".formatted(NAME, NAME))
            .text();
    return closing(SluiceServer.start(conf));
  }

  private Path socket(SluiceServer sluice) {
    return folder.resolve(".s.PGSQL." + sluice.port());
  }

  private static String asks(Address address, Login login) {
    try (WireClient client = WireClient.login(address, login)) {
      return client.value("select 'in'");
    }
  }

  private static ErrorResponse refused(Address address, Login login) {
    try (WireClient client = WireClient.open(address)) {
      ErrorResponse error = Answers.error(client.tryLogin(login));
      assertEquals("FATAL", error.severity());
      return error;
    }
  }

  private static Login login() {
    return Login.of(NAME, NAME);
  }

  @Test
  void theFirstRuleThatMatchesDecides() throws IOException {
    Address address =
        start(
                """
                host second other 127.0.0.1/32 reject
                host all    other 127.0.0.1/32 trust
                host %s     all   all          trust
                """
                    .formatted(NAME))
            .address();
    assertEquals("in", asks(address, Login.of("other", NAME)));
    assertEquals("in", asks(address, login()));
    ErrorResponse rejected = refused(address, Login.of("other", "second"));
    assertEquals("28000", rejected.sqlState());
    assertEquals(
        "an hba rule rejects host \"127.0.0.1\", user \"other\", database \"second\", no"
            + " encryption",
        rejected.message());
    ErrorResponse none = refused(address, login().withDatabase("second"));
    assertEquals("28000", none.sqlState());
    assertEquals(
        "no hba rule for host \"127.0.0.1\", user \"hba_it\", database \"second\", no encryption",
        none.message());
    // Whether there is such a database is not told to whom no rule lets in.
    assertEquals("28000", refused(address, login().withDatabase("nowhere")).sqlState());
    assertEquals("3D000", refused(address, Login.of("other", "nowhere")).sqlState());
  }

  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5", "password"})
  void passwords(String method) throws Exception {
    SluiceServer sluice = start("host all all all " + method);
    assertEquals("in", asks(sluice.address(), login().withPassword("right")));
    assertEquals("28P01", refused(sluice.address(), login().withPassword("wrong")).sqlState());
    assertEquals(
        "28P01",
        refused(sluice.address(), Login.of("nobody", NAME).withPassword("right")).sqlState());
    String url = "jdbc:postgresql://%s/%s".formatted(sluice.address(), NAME);
    try (Connection connection = DriverManager.getConnection(url, NAME, "right")) {
      assertTrue(connection.isValid(10));
    }
    SQLException wrong =
        assertThrows(SQLException.class, () -> DriverManager.getConnection(url, NAME, "wrong"));
    assertEquals("28P01", wrong.getSQLState());
  }

  @Test
  void eachAddressHasItsMethod() throws IOException {
    SluiceServer sluice =
        start(
            """
            host all all 127.0.0.1/32            trust
            host all all 127.0.0.3 255.255.255.255 reject
            host all all 127.0.0.4/30            scram-sha-256
            host all all 127.0.1.0/24            md5
            """);
    assertEquals("in", asks(sluice.address(), login()));
    assertEquals("28000", refused(from("127.0.0.3", sluice), login()).sqlState());
    for (String address : List.of("127.0.0.4", "127.0.0.7", "127.0.1.9")) {
      assertEquals("in", asks(from(address, sluice), login().withPassword("right")));
      assertEquals(
          "28P01", refused(from(address, sluice), login().withPassword("wrong")).sqlState());
    }
    assertEquals(
        "no hba rule for host \"127.0.0.8\", user \"hba_it\", database \"hba_it\", no encryption",
        refused(from("127.0.0.8", sluice), login()).message());
  }

  private Address from(String source, SluiceServer sluice) {
    return closing(Relay.from(source, sluice.address())).address();
  }

  /** The name of 127.0.0.1 is asked for on another thread, and then the login goes on. */
  @ParameterizedTest
  @CsvSource({"localhost,true", "samehost,true", "samenet,true", ".example.org,false"})
  void hostNames(String address, boolean matches) throws IOException {
    SluiceServer sluice =
        start("host all all " + address + " scram-sha-256\nhost second all all reject\n");
    if (matches) {
      assertEquals("in", asks(sluice.address(), login().withPassword("right")));
      assertEquals("28P01", refused(sluice.address(), login().withPassword("wrong")).sqlState());
    } else {
      assertEquals("28000", refused(sluice.address(), login().withPassword("right")).sqlState());
    }
  }

  @Test
  void replicationHasARuleOfItsOwn() throws IOException {
    SluiceServer sluice =
        start(
            """
            host all         all all trust
            host replication all 127.0.0.9/32 trust
            """);
    try (WireClient admin = postgres.admin(NAME)) {
      admin.rows("alter role " + NAME + " replication");
    }
    Login physical = login().with("replication", "true");
    assertEquals(
        "no hba rule for replication connection from host \"127.0.0.1\", user \"hba_it\", no"
            + " encryption",
        refused(sluice.address(), physical).message());
    try (WireClient client = WireClient.login(from("127.0.0.9", sluice), physical)) {
      assertEquals(1, client.rows("IDENTIFY_SYSTEM").size());
    }
    try (WireClient client =
        WireClient.login(sluice.address(), login().with("replication", "database"))) {
      assertEquals("1", client.value("select 1"));
    }
  }

  @Test
  void theConsoleIsADatabaseLikeAnyOther() throws IOException {
    SluiceServer sluice =
        start("host sluice operator 127.0.0.5/32 trust\nhost " + NAME + " all all trust\n");
    assertEquals("28000", refused(sluice.address(), SluiceConf.OPERATOR).sqlState());
    try (WireClient console = WireClient.login(from("127.0.0.5", sluice), SluiceConf.OPERATOR)) {
      assertTrue(!console.rows("show pools").isEmpty() || console.lastStatus() == 'I');
    }
  }

  /** The tests run as root or as somebody else; what the process is called, the system knows. */
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  void peerWithAMap(String transport) throws Exception {
    String me = System.getProperty("user.name");
    Files.writeString(
        folder.resolve("ident.conf"),
        "m %s %s\nm /^(.*)$ \\1_suffix\nm postgres other\n".formatted(me, NAME));
    SluiceServer sluice =
        start(
            "local second all peer\nlocal all all peer map=m\n",
            "auth.ident-file = \"%s/ident.conf\", transport = %s".formatted(folder, transport));
    Address unix = closing(Relay.toUnix(socket(sluice))).address();
    assertEquals("in", asks(unix, login()));
    assertEquals("in", asks(unix, Login.of(me + "_suffix", NAME)));
    ErrorResponse other = refused(unix, Login.of("other", NAME));
    assertEquals("28000", other.sqlState());
    assertEquals("Peer authentication failed for user \"other\"", other.message());
    assertEquals("in", asks(unix, Login.of(me, "second")));
    assertEquals("28000", refused(unix, login().withDatabase("second")).sqlState());
    assertEquals("28000", refused(sluice.address(), login()).sqlState());
  }

  /** psql as another user of the system. */
  @Test
  void peerIsTheUserThatConnects() throws Exception {
    Files.writeString(folder.resolve("ident.conf"), "m postgres " + NAME + "\n");
    SluiceServer sluice =
        start("local all all peer map=m", "auth.ident-file = \"" + folder + "/ident.conf\"");
    assertEquals("in", psqlAsPostgres(sluice, NAME));
    assertTrue(
        psqlAsPostgres(sluice, "other").contains("Peer authentication failed for user \"other\""));
  }

  private String psqlAsPostgres(SluiceServer sluice, String user)
      throws IOException, InterruptedException {
    Process psql =
        new ProcessBuilder(
                "runuser",
                "-u",
                "postgres",
                "--",
                "psql",
                "-X",
                "-A",
                "-t",
                "-w",
                "-h",
                folder.toString(),
                "-p",
                Integer.toString(sluice.port()),
                "-U",
                user,
                "-d",
                NAME,
                "-c",
                "select 'in'")
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    psql.waitFor();
    return output.strip();
  }

  /** A login that proves nothing does not spoil what an earlier one has shown. */
  @Test
  void theBackendsLoginKeepsTheSecretThatIsKnown() throws Exception {
    try (var server =
        PostgresServers.builder(PostgresServers.NEWEST)
            .superuser("postgres", "super secret")
            .authentication("scram-sha-256")
            .start()) {
      Files.writeString(
          folder.resolve("hba.conf"), "local all all trust\nhost all all all password");
      String verifier;
      Address address = Address.local(server.port());
      Login superuser = Login.of("postgres", "postgres").withPassword("super secret");
      try (WireClient admin = WireClient.login(address, superuser)) {
        verifier = admin.value("select rolpassword from pg_authid where rolname = 'postgres'");
      }
      Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"%s\"\n".formatted(verifier));
      String conf =
          SluiceConf.trusting()
              .with(
                  "auth { method = hba, hba-file = \"%s/hba.conf\", users-file = \"%s/users.txt\" }"
                      .formatted(folder, folder))
              .with("unix-socket-dir = \"" + folder + "\"")
              .database("postgres", address.toString(), "pool { size = 1, lifetime = 1s }")
              .text();
      SluiceServer sluice = closing(SluiceServer.start(conf));
      Address unix = closing(Relay.toUnix(socket(sluice))).address();
      assertEquals("in", asks(sluice.address(), superuser));
      try (WireClient trusted = WireClient.login(unix, Login.of("postgres", "postgres"))) {
        String first = trusted.value("select pg_backend_pid()");
        Await.until(
            () -> !trusted.value("select pg_backend_pid()").equals(first),
            () -> "the backend outlives its lifetime");
      }
    }
  }
}
