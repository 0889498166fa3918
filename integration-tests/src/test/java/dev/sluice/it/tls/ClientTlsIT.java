package dev.sluice.it.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.it.LogWatch;
import dev.sluice.it.PostgresServer;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.EncryptionAnswer;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.proxy.tls.TlsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS towards clients, by every mode and with both implementations. */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientTlsIT {
  private static final String DATABASE = "client_tls_it";
  private static final List<String> MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private final PostgresServer postgres;

  private Certificates certificates = Certificates.in(Path.of(""));
  private Certificates.Pair ca = new Certificates.Pair(Path.of(""), Path.of(""));
  private Certificates.Pair otherCa = ca;
  private Certificates.Pair server = ca;
  private Certificates.Pair client = ca;
  private Login login = Login.of("", "");

  ClientTlsIT(PostgresServers servers) {
    this.postgres = servers.newest();
  }

  @BeforeAll
  void prepare(@TempDir Path folder) {
    login = postgres.newDatabase(DATABASE);
    certificates = Certificates.in(folder);
    ca = certificates.authority("ca");
    otherCa = certificates.authority("other-ca");
    server = certificates.rsa("server", ca, "localhost", "DNS:localhost");
    client = certificates.issue("client", ca, DATABASE);
  }

  static Stream<Arguments> modesAndProviders() {
    return MODES.stream()
        .flatMap(mode -> Stream.of(TlsProvider.values()).map(by -> Arguments.of(mode, by)));
  }

  private SluiceServer sluice(String mode, TlsProvider provider, String... more) {
    return sluice(mode, server, provider, more);
  }

  private SluiceServer sluice(
      String mode, Certificates.Pair own, TlsProvider provider, String... more) {
    SluiceConf conf =
        SluiceConf.trusting()
            .with(
                "client.tls { mode = %s, %s, ca = \"%s\" }"
                    .formatted(mode, own.hocon(), ca.certificate()))
            .database(DATABASE, postgres.node(), "pool { size = 2 }");
    for (String setting : more) {
      conf = conf.with(setting);
    }
    return SluiceServer.start(conf.text(), provider);
  }

  private String libpq(SluiceServer sluice, String options) {
    return "host=localhost port=%d user=%s dbname=%s %s"
        .formatted(sluice.port(), DATABASE, DATABASE, options);
  }

  private String ownCertificate(Certificates.Pair own) {
    return " sslcert=%s sslkey=%s".formatted(own.certificate(), key(own));
  }

  /** libpq takes no key that others may read. */
  private static Path key(Certificates.Pair own) {
    own.key().toFile().setReadable(false, false);
    own.key().toFile().setReadable(true, true);
    return own.key();
  }

  private static boolean verifies(String mode) {
    return mode.startsWith("verify");
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void libpqInEveryMode(String mode, TlsProvider provider) {
    boolean offered = !mode.equals("disable");
    boolean required = MODES.indexOf(mode) >= MODES.indexOf("require");
    String certificate = verifies(mode) ? ownCertificate(client) : "";
    try (SluiceServer sluice = sluice(mode, provider)) {
      Psql.Result plain = Psql.run(libpq(sluice, "sslmode=disable"), "select 'plain'");
      assertEquals(!required, plain.succeeded(), plain::toString);
      if (required) {
        assertTrue(plain.output().contains("SSL connection is required"), plain::toString);
      }
      Psql.Result asked =
          Psql.run(libpq(sluice, "sslmode=require" + certificate), "select 'encrypted'");
      assertEquals(offered, asked.succeeded(), asked::toString);
      Psql.Result verified =
          Psql.run(
              libpq(sluice, "sslmode=verify-full sslrootcert=" + ca.certificate() + certificate),
              "select 'verified'");
      assertEquals(offered, verified.succeeded(), verified::toString);
      // allow begins in plain text, prefer with TLS; both end up with what there is.
      for (String either : List.of("allow", "prefer")) {
        Psql.Result any =
            Psql.run(libpq(sluice, "sslmode=" + either + certificate), "select 'any'");
        assertTrue(any.succeeded(), any::toString);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void pgjdbcInEveryMode(String mode, TlsProvider provider) throws Exception {
    boolean offered = !mode.equals("disable");
    try (SluiceServer sluice = sluice(mode, provider)) {
      String url =
          "jdbc:postgresql://localhost:%d/%s?user=%s&sslmode=verify-full&sslrootcert=%s"
              .formatted(sluice.port(), DATABASE, DATABASE, ca.certificate());
      if (verifies(mode)) {
        assertThrows(SQLException.class, () -> DriverManager.getConnection(url).close());
        return;
      }
      if (!offered) {
        assertThrows(SQLException.class, () -> DriverManager.getConnection(url).close());
        return;
      }
      try (Connection connection = DriverManager.getConnection(url);
          var rows = connection.createStatement().executeQuery("select repeat('x', 300000)")) {
        assertTrue(rows.next());
        assertEquals(300_000, rows.getString(1).length());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void theAnswerToAnSslRequest(String mode, TlsProvider provider) {
    try (SluiceServer sluice = sluice(mode, provider);
        WireClient asking = WireClient.open(sluice.address())) {
      asking.send(FrontendMessage.sslRequest());
      EncryptionAnswer answer =
          assertInstanceOf(EncryptionAnswer.class, asking.readEncryptionAnswer());
      assertEquals(mode.equals("disable") ? 'N' : 'S', answer.answer());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void clientCertificates(TlsProvider provider) {
    Certificates.Pair stranger = certificates.issue("stranger", otherCa, DATABASE);
    Certificates.Pair old = certificates.expired("old", ca, DATABASE);
    try (SluiceServer sluice = sluice("verify-ca", provider)) {
      Psql.Result without = Psql.run(libpq(sluice, "sslmode=require"), "select 1");
      assertFalse(without.succeeded(), without::toString);
      for (Certificates.Pair bad : List.of(stranger, old)) {
        Psql.Result refused =
            Psql.run(libpq(sluice, "sslmode=require" + ownCertificate(bad)), "select 1");
        assertFalse(refused.succeeded(), refused::toString);
      }
      Psql.Result good =
          Psql.run(libpq(sluice, "sslmode=require" + ownCertificate(client)), "select 1");
      assertEquals("1", good.output());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aCertificateIsTheLoginOfItsCommonName(TlsProvider provider) {
    Certificates.Pair other = certificates.issue("other", ca, "somebody else");
    try (SluiceServer sluice = sluice("verify-full", provider, "auth.method = cert")) {
      Psql.Result own =
          Psql.run(
              libpq(sluice, "sslmode=require" + ownCertificate(client)), "select current_user");
      assertEquals(DATABASE, own.output());
      Psql.Result others =
          Psql.run(libpq(sluice, "sslmode=require" + ownCertificate(other)), "select 1");
      assertTrue(
          others.output().contains("certificate authentication failed for user"), others::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aClientThatDoesNotTrustTheCertificateGoesAway(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider)) {
      Psql.Result wrongCa =
          Psql.run(
              libpq(sluice, "sslmode=verify-ca sslrootcert=" + otherCa.certificate()), "select 1");
      assertTrue(wrongCa.output().contains("certificate verify failed"), wrongCa::toString);
      Psql.Result wrongHost =
          Psql.run(
              libpq(sluice, "sslmode=verify-full sslrootcert=" + ca.certificate())
                  .replace("host=localhost", "host=127.0.0.1"),
              "select 1");
      assertTrue(wrongHost.output().contains("does not match host name"), wrongHost::toString);
      assertEquals("1", Psql.run(libpq(sluice, "sslmode=require"), "select 1").output());
    }
  }

  /** CVE-2021-23214: what was sent in plain text must never be taken for something encrypted. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void plainTextBehindAnSslRequestIsRefused(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider);
        WireClient together = WireClient.open(sluice.address());
        WireClient later = WireClient.open(sluice.address())) {
      together.send(FrontendMessage.sslRequest(), FrontendMessage.startup(login));
      List<BackendMessage> answers = together.readUntil(message -> false);
      assertEquals("08P01", Answers.error(answers).sqlState());
      later.send(FrontendMessage.sslRequest());
      assertInstanceOf(EncryptionAnswer.class, later.readEncryptionAnswer());
      later.send(FrontendMessage.startup(login));
      // At most an alert, which is no message.
      Bytes rest = later.readAll();
      assertTrue(rest.toArray().length < 16, rest::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void encryptionIsAskedForOnce(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider);
        WireClient again = TlsSockets.ask(sluice.address(), TlsSockets.context())) {
      again.send(FrontendMessage.sslRequest());
      assertEquals("08P01", Answers.error(again.readUntil(message -> false)).sqlState());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void directTls(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider);
        WireClient direct =
            TlsSockets.direct(sluice.address(), TlsSockets.context(), "postgresql");
        WireClient without = TlsSockets.direct(sluice.address(), TlsSockets.context());
        WireClient other = TlsSockets.direct(sluice.address(), TlsSockets.context(), "h2")) {
      direct.login(login);
      assertEquals("1", direct.value("select 1"));
      for (WireClient refused : List.of(without, other)) {
        refused.send(FrontendMessage.startup(login));
        assertInstanceOf(Closed.class, refused.read());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void cancelOverTls(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider);
        WireClient sleeping = TlsSockets.ask(sluice.address(), TlsSockets.context());
        WireClient admin = postgres.admin(DATABASE)) {
      sleeping.login(login);
      sleeping.send(FrontendMessage.query("select pg_sleep(60)"));
      Await.until(
          () ->
              admin
                  .value(
                      "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                          + " and datname = current_database()")
                  .equals("1"),
          () -> "the query does not run");
      try (WireClient canceller = TlsSockets.ask(sluice.address(), TlsSockets.context())) {
        canceller.send(
            FrontendMessage.cancelRequest(sleeping.key().processId(), sleeping.key().secret()));
        assertInstanceOf(Closed.class, canceller.read());
      }
      assertEquals("57014", Answers.error(sleeping.readUntil('Z')).sqlState());
      assertEquals("1", sleeping.value("select 1"));
      // libpq before 17 has no other way than plain text.
      sleeping.send(FrontendMessage.query("select pg_sleep(60)"));
      Await.until(
          () ->
              admin
                  .value(
                      "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                          + " and datname = current_database()")
                  .equals("1"),
          () -> "the query does not run");
      try (WireClient canceller = WireClient.open(sluice.address())) {
        canceller.send(
            FrontendMessage.cancelRequest(sleeping.key().processId(), sleeping.key().secret()));
        assertInstanceOf(Closed.class, canceller.read());
      }
      assertEquals("57014", Answers.error(sleeping.readUntil('Z')).sqlState());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void theConsoleTellsVersionAndCipher(TlsProvider provider) {
    try (SluiceServer sluice = sluice("allow", provider);
        WireClient plain = WireClient.login(sluice.address(), login);
        WireClient console = TlsSockets.ask(sluice.address(), TlsSockets.context())) {
      plain.value("select 1");
      console.login(SluiceConf.OPERATOR);
      List<List<String>> rows = console.rows("show clients user, tls");
      assertTrue(rows.contains(List.of(DATABASE, "")), rows::toString);
      List<String> own =
          rows.stream().filter(row -> row.getFirst().equals("operator")).findFirst().orElseThrow();
      assertTrue(own.getLast().startsWith("TLSv1.3/TLS_AES_"), own::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void onlyNewVersions(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider)) {
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        Psql.Result one =
            Psql.run(
                libpq(
                    sluice,
                    "sslmode=require ssl_min_protocol_version=%s ssl_max_protocol_version=%s"
                        .formatted(version, version)),
                "select 1");
        assertEquals("1", one.output());
      }
      Psql.Result old =
          Psql.run(
              libpq(
                  sluice,
                  "sslmode=require ssl_min_protocol_version=TLSv1.1"
                      + " ssl_max_protocol_version=TLSv1.1"),
              "select 1");
      assertFalse(old.succeeded(), old::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aHandshakeThatDoesNotEndIsEndedByTheLoginTimeout(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider, "client.login-timeout = 300ms");
        WireClient silent = WireClient.open(sluice.address())) {
      silent.send(FrontendMessage.sslRequest());
      assertInstanceOf(EncryptionAnswer.class, silent.readEncryptionAnswer());
      assertEquals(0, silent.readAll().toArray().length);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void changedFilesAreTakenUpAndBadOnesAreNot(TlsProvider provider) throws Exception {
    String word = provider.name().toLowerCase(Locale.ROOT);
    Certificates.Pair used = certificates.issue("used-" + word, ca, "localhost", "DNS:localhost");
    Certificates.Pair next = certificates.issue("next-" + word, ca, "localhost", "DNS:localhost");
    Certificates.Pair last = certificates.issue("last-" + word, ca, "localhost", "DNS:localhost");
    try (SluiceServer sluice = sluice("require", used, provider);
        WireClient open = TlsSockets.ask(sluice.address(), TlsSockets.context());
        LogWatch log = LogWatch.of("dev.sluice.proxy.tls.TlsContext")) {
      open.login(login);
      assertEquals(TlsSockets.read(used), TlsSockets.shown(sluice.address()));
      used.become(next);
      Await.until(
          () -> TlsSockets.shown(sluice.address()).equals(TlsSockets.read(next)),
          () -> "the new certificate is not used: " + log.lines());
      // A certificate without its key: the other key is still there.
      Files.copy(
          last.certificate(),
          used.certificate(),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Await.until(
          () -> log.lines().stream().anyMatch(line -> line.contains("is not the key of")),
          () -> "nothing is said: " + log.lines());
      assertEquals(TlsSockets.read(next), TlsSockets.shown(sluice.address()));
      Files.writeString(used.certificate(), "nonsense");
      Await.until(
          () ->
              log.lines().stream()
                  .anyMatch(
                      line -> line.contains(used.certificate() + ": holds no certificate in PEM")),
          () -> "nothing is said: " + log.lines());
      assertEquals(TlsSockets.read(next), TlsSockets.shown(sluice.address()));
      used.become(last);
      Await.until(
          () -> TlsSockets.shown(sluice.address()).equals(TlsSockets.read(last)),
          () -> "the last certificate is not used: " + log.lines());
      assertEquals("1", open.value("select 1"));
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aFailedHandshakeIsSaidOnce(TlsProvider provider) {
    try (SluiceServer sluice = sluice("require", provider);
        LogWatch log = LogWatch.of("dev.sluice.proxy.client");
        WireClient nonsense = WireClient.open(sluice.address())) {
      nonsense.send(FrontendMessage.sslRequest());
      assertInstanceOf(EncryptionAnswer.class, nonsense.readEncryptionAnswer());
      nonsense.send(FrontendMessage.startup(login));
      nonsense.readAll();
      Await.until(() -> !log.lines().isEmpty(), () -> "nothing was said");
      // Another one has come and gone: what there was to say of the first has been said.
      assertFalse(
          Psql.run(
                  libpq(
                      sluice,
                      "ssl_max_protocol_version=TLSv1.2 sslmode=verify-ca sslrootcert="
                          + otherCa.certificate()),
                  "select 1")
              .succeeded());
      Await.until(() -> log.lines().size() >= 2, () -> "only " + log.lines());
      List<String> lines = log.lines();
      assertEquals(2, lines.size(), lines::toString);
      assertTrue(lines.getFirst().contains("TLS handshake failed: "), lines::toString);
      assertTrue(lines.getFirst().endsWith("not TLS"), lines::toString);
      assertTrue(lines.getLast().toLowerCase(Locale.ROOT).contains("unknown ca"), lines::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void sessionsAreResumed(TlsProvider provider) throws Exception {
    try (SluiceServer sluice = sluice("require", provider)) {
      Process client =
          new ProcessBuilder(
                  "openssl",
                  "s_client",
                  "-starttls",
                  "postgres",
                  "-tls1_2",
                  "-reconnect",
                  "-connect",
                  "127.0.0.1:" + sluice.port())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
      String output =
          new String(
              client.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertTrue(output.contains("New, TLSv1.2"), output);
      assertTrue(output.contains("Reused, TLSv1.2"), output);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void keysInTheirOlderForms(TlsProvider provider) {
    Certificates.Pair ec = certificates.issue("ec-" + provider, ca, "localhost", "DNS:localhost");
    for (Certificates.Pair own :
        List.of(
            ec,
            certificates.withOldKey("old-ec-" + provider, ec),
            certificates.rsa("old-rsa-" + provider, ca, "localhost"))) {
      try (SluiceServer sluice = sluice("require", own, provider)) {
        assertEquals("1", Psql.run(libpq(sluice, "sslmode=require"), "select 1").output());
      }
    }
  }

  @Test
  void anEncryptedKeyIsSaidToBeOne() {
    Certificates.Pair ec = certificates.issue("open", ca, "localhost");
    Certificates.Pair locked = certificates.withEncryptedKey("locked", ec);
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> sluice("require", locked, TlsProvider.JDK));
    assertTrue(
        String.valueOf(refused.getCause())
            .contains(locked.key() + ": the private key is encrypted; decrypt it"),
        refused::toString);
  }

  @Test
  void aFileThatCannotBeUsedKeepsTheServerFromStarting() {
    Path empty = certificates.write("empty.crt", "");
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () ->
                sluice("require", new Certificates.Pair(empty, server.key()), TlsProvider.OPENSSL));
    assertTrue(
        String.valueOf(refused.getCause()).contains(empty + ": holds no certificate in PEM"),
        refused::toString);
  }

  /** The error of a login that is refused. */
  static ErrorResponse refused(WireClient client, Login as) {
    return Answers.error(client.tryLogin(as));
  }
}
