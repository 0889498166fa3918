package dev.sluice.proxy.auth.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.sdk.OperationType;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Accepted;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Answer;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Refused;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Unavailable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real LDAP server, in memory. */
class LdapDirectoryTest {
  private static final String BASE = "dc=example,dc=org";
  private static final String READER = "cn=reader," + BASE;

  private @Nullable InMemoryDirectoryServer server;

  @BeforeEach
  void start() throws Exception {
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
    config.addAdditionalBindCredentials(READER, "reader's");
    config.setSchema(null);
    // Anonymous clients may bind, and nothing else.
    config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH);
    server = new InMemoryDirectoryServer(config);
    server.startListening();
    server.add("dn: " + BASE, "objectClass: domain", "dc: example");
    person("alice", "alice@example.org", "wonder");
    person("bob", "bob@example.org", "builder");
    person("a*b", "star@example.org", "star");
    server.add(
        "dn: cn=twin," + BASE,
        "objectClass: person",
        "cn: twin",
        "sn: x",
        "uid: bob",
        "mail: twin@example.org",
        "userPassword: builder");
  }

  private void person(String uid, String mail, String password) throws Exception {
    server()
        .add(
            "dn: uid=" + uid + "," + BASE,
            "objectClass: person",
            "uid: " + uid,
            "mail: " + mail,
            "userPassword: " + password);
  }

  private InMemoryDirectoryServer server() {
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server;
  }

  @AfterEach
  void stop() {
    server().shutDown(true);
  }

  private LdapDirectory simple(String prefix, String suffix) throws InvalidLdapException {
    return directory(
        new LdapOptions(
            null, "localhost", port(), false, false, prefix, suffix, null, null, null, null, null));
  }

  private LdapDirectory search(@Nullable String attribute, @Nullable String filter)
      throws InvalidLdapException {
    return directory(
        new LdapOptions(
            null,
            "localhost",
            port(),
            false,
            false,
            null,
            null,
            BASE,
            READER,
            "reader's",
            attribute,
            filter));
  }

  private static LdapDirectory directory(LdapOptions options) throws InvalidLdapException {
    return new LdapDirectory(LdapSettings.of(options, "ldap"));
  }

  private int port() {
    return server().getListenPort();
  }

  private static Answer check(LdapDirectory directory, String user, String password) {
    return directory.check(user, password.getBytes(UTF_8));
  }

  @Test
  void simpleBind() throws Exception {
    LdapDirectory directory = simple("uid=", "," + BASE);
    assertEquals(new Accepted(), check(directory, "alice", "wonder"));
    assertInstanceOf(Refused.class, check(directory, "alice", "wrong"));
    assertInstanceOf(Refused.class, check(directory, "nobody", "wonder"));
    // Would be alice's name if it were taken as it is.
    assertInstanceOf(Refused.class, check(directory, "alice," + BASE + "+cn=", "wonder"));
  }

  /** An empty password is an anonymous login, and succeeds. */
  @Test
  void emptyPasswordsAreNotAsked() throws Exception {
    assertInstanceOf(Refused.class, check(simple("uid=", "," + BASE), "alice", ""));
    assertInstanceOf(Refused.class, check(search(null, null), "alice", ""));
  }

  @Test
  void searchAndBind() throws Exception {
    LdapDirectory directory = search(null, null);
    assertEquals(new Accepted(), check(directory, "alice", "wonder"));
    assertInstanceOf(Refused.class, check(directory, "alice", "wrong"));
    assertEquals(
        new Refused("the directory has no such user"), check(directory, "nobody", "wonder"));
    assertEquals(
        new Refused("the directory has more than one such user"),
        check(directory, "bob", "builder"));
  }

  @Test
  void searchByAnotherAttributeOrFilter() throws Exception {
    assertEquals(new Accepted(), check(search("mail", null), "alice@example.org", "wonder"));
    LdapDirectory either = search(null, "(|(uid=$username)(mail=$username))");
    assertEquals(new Accepted(), check(either, "alice", "wonder"));
    assertEquals(new Accepted(), check(either, "alice@example.org", "wonder"));
    assertInstanceOf(Refused.class, check(either, "alice@example.com", "wonder"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ali*", "*", "x)(uid=alice", "alice)(|(uid=*", "\\61lice", "alice\u0000"})
  void namesAreNotPartsOfTheFilter(String user) throws Exception {
    assertEquals(
        new Refused("the directory has no such user"), check(search(null, null), user, "wonder"));
  }

  @Test
  void namesWithSpecialCharactersAreFound() throws Exception {
    assertEquals(new Accepted(), check(search(null, null), "a*b", "star"));
  }

  @Test
  void url() throws Exception {
    LdapDirectory directory =
        directory(
            new LdapOptions(
                "ldap://localhost:" + port() + "/" + BASE + "?mail?one",
                null,
                0,
                false,
                false,
                null,
                null,
                null,
                READER,
                "reader's",
                null,
                null));
    assertEquals(new Accepted(), check(directory, "alice@example.org", "wonder"));
    assertInstanceOf(Refused.class, check(directory, "alice", "wonder"));
  }

  @Test
  void theSecondServerIsAskedWhenTheFirstIsGone() throws Exception {
    LdapDirectory directory =
        directory(
            new LdapOptions(
                null,
                "127.0.0.2 localhost",
                port(),
                false,
                false,
                "uid=",
                "," + BASE,
                null,
                null,
                null,
                null,
                null));
    assertEquals(new Accepted(), check(directory, "alice", "wonder"));
  }

  @Test
  void aServerThatIsGoneIsNotARefusal() throws Exception {
    LdapDirectory directory = simple("uid=", "," + BASE);
    server().shutDown(true);
    assertInstanceOf(Unavailable.class, check(directory, "alice", "wonder"));
  }

  @Test
  void aSearcherThatMayNotSearchIsNotARefusal() throws Exception {
    LdapDirectory wrong =
        directory(
            new LdapOptions(
                null,
                "localhost",
                port(),
                false,
                false,
                null,
                null,
                BASE,
                READER,
                "wrong",
                null,
                null));
    assertInstanceOf(Unavailable.class, check(wrong, "alice", "wonder"));
    LdapDirectory anonymous =
        directory(
            new LdapOptions(
                null, "localhost", port(), false, false, null, null, BASE, null, null, null, null));
    assertInstanceOf(Unavailable.class, check(anonymous, "alice", "wonder"));
  }

  /** The server here speaks no TLS: there must be no falling back to clear text. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tlsIsNotGivenUp(boolean startTls) throws Exception {
    LdapDirectory directory =
        directory(
            new LdapOptions(
                null,
                "localhost",
                port(),
                !startTls,
                startTls,
                "uid=",
                "," + BASE,
                null,
                null,
                null,
                null,
                null));
    assertInstanceOf(Unavailable.class, check(directory, "alice", "wonder"));
  }

  @Test
  void passwordsAreNotPrinted() throws Exception {
    LdapOptions options =
        new LdapOptions(
            null, "h", 0, false, false, null, null, BASE, READER, "reader's", null, null);
    assertTrue(!options.toString().contains("reader's"));
    assertTrue(!LdapSettings.of(options, "").toString().contains("reader's"));
  }
}
