package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.sdk.OperationType;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords that a directory knows; PostgreSQL has the same, as where both are kept in step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LdapIT {
  private static final String BASE = "dc=example,dc=org";
  private static final String READER = "cn=reader," + BASE;

  private final EmbeddedPostgres postgres =
      PostgresServers.builder(PostgresServers.NEWEST)
          .superuser("postgres", "super secret")
          .authentication("scram-sha-256")
          .start();
  private final InMemoryDirectoryServer directory = directory();

  @TempDir private Path folder = Path.of("");

  private static InMemoryDirectoryServer directory() {
    try {
      InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
      config.addAdditionalBindCredentials(READER, "reader's");
      config.setSchema(null);
      config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH);
      return new InMemoryDirectoryServer(config);
    } catch (com.unboundid.ldap.sdk.LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  void fill() throws Exception {
    directory.startListening();
    directory.add("dn: " + BASE, "objectClass: domain", "dc: example");
    directory.add(
        "dn: uid=alice," + BASE,
        "objectClass: person",
        "uid: alice",
        "mail: alice@example.org",
        "userPassword: wonder land");
    try (WireClient admin =
        WireClient.login(
            Address.local(postgres.port()),
            Login.of("postgres", "postgres").withPassword("super secret"))) {
      admin.rows("create role alice login password 'wonder land'");
      admin.rows("create role listed login password 'from the file'");
    }
  }

  @AfterAll
  void stop() {
    directory.shutDown(true);
    postgres.close();
  }

  private SluiceServer start(String auth) {
    return SluiceServer.start(
        SluiceConf.trusting()
            .with(auth)
            .database("postgres", "127.0.0.1:" + postgres.port(), "")
            .text());
  }

  private SluiceServer startByRule(String rules) throws IOException {
    Files.writeString(folder.resolve("hba.conf"), rules);
    return start("auth { method = hba, hba-file = \"" + folder.resolve("hba.conf") + "\" }");
  }

  private String simple() {
    return "host all all all ldap ldapserver=localhost ldapport=%d ldapprefix=\"uid=\" ldapsuffix=\",%s\""
        .formatted(directory.getListenPort(), BASE);
  }

  private static Login alice(String password) {
    return Login.of("alice", "postgres").withPassword(password);
  }

  private static ErrorResponse refused(SluiceServer sluice, Login login) {
    try (WireClient client = WireClient.open(sluice.address())) {
      ErrorResponse error = Answers.error(client.tryLogin(login));
      assertEquals("FATAL", error.severity());
      return error;
    }
  }

  private static void assertIsAlice(SluiceServer sluice, String user) {
    try (WireClient client =
        WireClient.login(sluice.address(), alice("wonder land").withUser(user))) {
      // The backend has logged in by SCRAM with the password that the client gave.
      assertEquals(user, client.value("select current_user"));
    }
  }

  private static void assertRefusals(SluiceServer sluice) {
    ErrorResponse wrong = refused(sluice, alice("wrong"));
    assertEquals("28P01", wrong.sqlState());
    assertEquals("LDAP authentication failed for user \"alice\"", wrong.message());
    ErrorResponse unknown = refused(sluice, alice("wonder land").withUser("nobody"));
    assertEquals("28P01", unknown.sqlState());
    assertEquals("LDAP authentication failed for user \"nobody\"", unknown.message());
    ErrorResponse star = refused(sluice, alice("wonder land").withUser("ali*"));
    assertEquals("28P01", star.sqlState());
    // In a directory, an empty password is an anonymous login that succeeds.
    assertEquals("empty password returned by client", refused(sluice, alice("")).message());
  }

  @Test
  void simpleBind() throws Exception {
    try (SluiceServer sluice = startByRule(simple())) {
      assertIsAlice(sluice, "alice");
      assertRefusals(sluice);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ldapsearchattribute=uid",
        "\"ldapsearchfilter=(|(uid=$username)(mail=$username))\"",
        "ldapscheme=ldap"
      })
  void searchAndBind(String how) throws Exception {
    try (SluiceServer sluice =
        startByRule(
            ("host all all all ldap ldapserver=localhost ldapport=%d ldapbasedn=\"%s\""
                    + " ldapbinddn=\"%s\" ldapbindpasswd=\"reader's\" %s")
                .formatted(directory.getListenPort(), BASE, READER, how))) {
      assertIsAlice(sluice, "alice");
      assertRefusals(sluice);
    }
  }

  /** Without rules: who is not in the users-file is the directory's. */
  @Test
  void methodPasswordWithADirectory() throws Exception {
    Files.writeString(folder.resolve("users.txt"), "\"listed\" \"from the file\"\n");
    try (SluiceServer sluice =
        start(
            """
            auth {
              method = password
              users-file = "%s/users.txt"
              ldap { url = "ldap://localhost:%d/%s?uid?sub", binddn = "%s", bindpasswd = "reader's" }
            }
            """
                .formatted(folder, directory.getListenPort(), BASE, READER))) {
      assertIsAlice(sluice, "alice");
      assertRefusals(sluice);
      Login listed = Login.of("listed", "postgres").withPassword("from the file");
      try (WireClient client = WireClient.login(sluice.address(), listed)) {
        assertEquals("listed", client.value("select current_user"));
      }
      assertEquals("28P01", refused(sluice, listed.withPassword("wonder land")).sqlState());
    }
  }

  @Test
  void aDriver() throws Exception {
    try (SluiceServer sluice = startByRule(simple())) {
      String url = "jdbc:postgresql://" + sluice.address() + "/postgres";
      try (Connection connection = DriverManager.getConnection(url, "alice", "wonder land")) {
        assertTrue(connection.isValid(10));
      }
      SQLException wrong =
          assertThrows(
              SQLException.class, () -> DriverManager.getConnection(url, "alice", "wrong"));
      assertEquals("28P01", wrong.getSQLState());
    }
  }

  @Test
  void aDirectoryThatIsGoneIsSaidAndIsNoRefusal() throws Exception {
    int free;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      free = taken.getLocalPort();
    }
    try (SluiceServer sluice =
        startByRule(
            "host all all all ldap ldapserver=127.0.0.1 ldapport=%d ldapprefix=\"uid=\""
                .formatted(free))) {
      ErrorResponse error = refused(sluice, alice("wonder land"));
      assertEquals("57P03", error.sqlState());
    }
  }

  /**
   * More logins than there are threads for them wait, for longer than this client is patient;
   * whoever needs no directory goes on, also if a host name must be asked for.
   */
  @Test
  void aDirectoryThatIsSilentHoldsNobodyElseUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        SluiceServer sluice =
            startByRule(
                """
                host all postgres localhost trust
                host all all all ldap ldapserver=127.0.0.1 ldapport=%d ldapprefix="uid="
                """
                    .formatted(silent.getLocalPort()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<WireClient> clients = new ArrayList<>();
      List<Future<?>> logins = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        WireClient client = WireClient.open(sluice.address());
        clients.add(client);
        logins.add(threads.submit(() -> client.tryLogin(alice("wonder land"))));
      }
      Await.until(() -> accepted(silent) >= 1, () -> "nobody asks the directory");
      assertEquals("42501", refused(sluice, Login.of("postgres", "sluice")).sqlState());
      clients.forEach(WireClient::abort);
      for (Future<?> login : logins) {
        login.get();
      }
    }
  }

  private static int accepted(ServerSocket silent) {
    try {
      return silent.accept().isConnected() ? 1 : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
