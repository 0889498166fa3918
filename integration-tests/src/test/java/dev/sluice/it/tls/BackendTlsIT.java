package dev.sluice.it.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.it.MovingIT;
import dev.sluice.it.PostgresServer;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.proxy.tls.TlsProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS towards PostgreSQL, by every sslmode and with both implementations. */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackendTlsIT {
  private static final String ENCRYPTED =
      "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()";
  private static final Login CLIENT = Login.of("postgres", "postgres");

  private final PostgresServer withoutTls;

  private @Nullable TlsPostgres server;
  private @Nullable TlsPostgres expiredServer;
  private Certificates certificates = Certificates.in(Path.of(""));
  private Certificates.Pair ca = new Certificates.Pair(Path.of(""), Path.of(""));
  private Certificates.Pair otherCa = ca;

  BackendTlsIT(PostgresServers servers) {
    this.withoutTls = servers.newest();
  }

  @BeforeAll
  void prepare(@TempDir Path folder) {
    certificates = Certificates.in(folder);
    ca = certificates.authority("ca");
    otherCa = certificates.authority("other-ca");
    // Its name is not its address, so that verify-full has something to find out.
    server =
        TlsPostgres.start(
            certificates.issue("server", ca, "localhost", "DNS:localhost"), ca.certificate());
    expiredServer =
        TlsPostgres.start(
            certificates.expired("expired", ca, "localhost", "DNS:localhost"), ca.certificate());
  }

  @AfterAll
  void stop() {
    Stream.of(server, expiredServer).filter(each -> each != null).forEach(TlsPostgres::close);
  }

  private TlsPostgres server() {
    assertTrue(server != null);
    return server;
  }

  private TlsPostgres expiredServer() {
    assertTrue(expiredServer != null);
    return expiredServer;
  }

  static Stream<Arguments> modesAndProviders() {
    return Stream.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
        .flatMap(mode -> Stream.of(TlsProvider.values()).map(by -> Arguments.of(mode, by)));
  }

  /** What a client sees: the first value of the answer, or the error's code and message. */
  private String outcome(TlsProvider provider, String node, String tls, String user) {
    SluiceConf conf =
        SluiceConf.trusting()
            .database(
                "postgres",
                node,
                "user = \"%s\", tls { %s }, pool { size = 1 }".formatted(user, tls));
    try (SluiceServer sluice = SluiceServer.start(conf.text(), provider);
        WireClient client = WireClient.open(sluice.address())) {
      List<BackendMessage> answers = client.tryLogin(CLIENT);
      List<ErrorResponse> errors = Answers.errors(answers);
      if (errors.isEmpty()) {
        return client.value(ENCRYPTED);
      }
      return errors.getFirst().sqlState() + " " + errors.getFirst().message();
    }
  }

  private String trusting(Certificates.Pair authority) {
    return ", ca = \"%s\"".formatted(authority.certificate());
  }

  private String ca(String mode) {
    return mode.startsWith("verify") ? trusting(ca) : "";
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aServerThatHasTls(String mode, TlsProvider provider) {
    String encrypted = List.of("disable", "allow").contains(mode) ? "false" : "true";
    assertEquals(
        encrypted, outcome(provider, server().byName(), "mode = " + mode + ca(mode), "postgres"));
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aServerThatHasNone(String mode, TlsProvider provider) {
    String expected =
        List.of("disable", "allow", "prefer").contains(mode)
            ? "false"
            : "08001 connection to server %s failed: TLS: it has no TLS, which tls.mode demands"
                .formatted(withoutTls.node());
    assertEquals(
        expected, outcome(provider, withoutTls.node(), "mode = " + mode + ca(mode), "postgres"));
  }

  /** With an authority given, its signature is asked for in every mode that gets to TLS. */
  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aCertificateOfSomebodyElse(String mode, TlsProvider provider) {
    String expected =
        List.of("disable", "allow", "prefer").contains(mode)
            ? "false"
            : ("08001 connection to server %s failed: TLS: the certificate is not signed by a"
                    + " trusted authority")
                .formatted(server().byName());
    assertEquals(
        expected,
        outcome(provider, server().byName(), "mode = " + mode + trusting(otherCa), "postgres"));
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aCertificateForAnotherHost(String mode, TlsProvider provider) {
    String expected =
        switch (mode) {
          case "disable", "allow" -> "false";
          case "verify-full" ->
              ("08001 connection to server %s failed: TLS: the server's certificate is not for"
                      + " host \"127.0.0.1\"")
                  .formatted(server().byAddress());
          default -> "true";
        };
    assertEquals(
        expected, outcome(provider, server().byAddress(), "mode = " + mode + ca(mode), "postgres"));
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aCertificateThatHasExpired(String mode, TlsProvider provider) {
    String expected =
        switch (mode) {
          case "disable", "allow" -> "false";
          case "verify-ca", "verify-full" ->
              "08001 connection to server %s failed: TLS: the certificate has expired"
                  .formatted(expiredServer().byName());
          default -> "true";
        };
    assertEquals(
        expected,
        outcome(provider, expiredServer().byName(), "mode = " + mode + ca(mode), "postgres"));
  }

  /** The second try of allow. */
  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aUserWhoMustUseTls(String mode, TlsProvider provider) {
    String outcome =
        outcome(provider, server().byName(), "mode = " + mode + ca(mode), TlsPostgres.TLS_ONLY);
    if (mode.equals("disable")) {
      assertTrue(outcome.startsWith("28000 pg_hba.conf rejects"), outcome);
    } else {
      assertEquals("true", outcome);
    }
  }

  /** The second try of prefer. */
  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aUserWhoMustNotUseTls(String mode, TlsProvider provider) {
    String outcome =
        outcome(provider, server().byName(), "mode = " + mode + ca(mode), TlsPostgres.PLAIN_ONLY);
    if (List.of("disable", "allow", "prefer").contains(mode)) {
      assertEquals("false", outcome);
    } else {
      assertTrue(outcome.startsWith("28000 pg_hba.conf rejects"), outcome);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aUserWhoMayNotComeInAtAllIsToldOnce(TlsProvider provider) {
    for (String mode : List.of("allow", "prefer")) {
      String outcome = outcome(provider, server().byName(), "mode = " + mode, "nobody_there");
      assertEquals("28000 role \"nobody_there\" does not exist", outcome);
    }
  }

  @ParameterizedTest
  @MethodSource("modesAndProviders")
  void aUnixSocketHasNoTls(String mode, TlsProvider provider) {
    assertEquals(
        "false",
        outcome(provider, "unix:" + server().socket(), "mode = " + mode + ca(mode), "postgres"));
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void namesInACertificate(TlsProvider provider) {
    record Case(String commonName, List<String> alternatives, boolean byName, boolean byAddress) {}
    int number = 0;
    for (Case each :
        List.of(
            new Case("elsewhere", List.of("IP:127.0.0.1"), false, true),
            new Case("localhost", List.of(), true, false),
            new Case("127.0.0.1", List.of(), false, true),
            new Case("localhost", List.of("DNS:elsewhere"), false, false),
            new Case("localhost", List.of("IP:127.0.0.1"), true, true))) {
      Certificates.Pair own =
          certificates.issue(
              provider + "-" + number++,
              ca,
              each.commonName(),
              each.alternatives().toArray(String[]::new));
      try (TlsPostgres named = TlsPostgres.start(own, ca.certificate())) {
        String tls = "mode = verify-full" + trusting(ca);
        String byName = outcome(provider, named.byName(), tls, "postgres");
        assertEquals(each.byName(), byName.equals("true"), each + ": " + byName);
        String byAddress = outcome(provider, named.byAddress(), tls, "postgres");
        assertEquals(each.byAddress(), byAddress.equals("true"), each + ": " + byAddress);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void directTls(TlsProvider provider) {
    assertEquals(
        "true",
        outcome(
            provider,
            server().byName(),
            "mode = verify-full, negotiation = direct" + trusting(ca),
            "postgres"));
    String refused =
        outcome(provider, withoutTls.node(), "mode = require, negotiation = direct", "postgres");
    assertTrue(refused.startsWith("08001 connection to server"), refused);
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void ourOwnCertificate(TlsProvider provider) {
    Certificates.Pair own = certificates.rsa("own-" + provider, ca, "whoever");
    Certificates.Pair stranger = certificates.issue("stranger-" + provider, otherCa, "whoever");
    String user = TlsPostgres.CERTIFIED;
    String node = server().byName();
    assertEquals("true", outcome(provider, node, "mode = require, " + own.hocon(), user));
    String without = outcome(provider, node, "mode = require", user);
    assertTrue(without.contains("connection requires a valid client certificate"), without);
    String refused = outcome(provider, node, "mode = require, " + stranger.hocon(), user);
    assertTrue(refused.startsWith("08001 "), refused);
    assertTrue(refused.contains("unknown ca"), refused);
  }

  /** Who has the session's key could cancel what it runs: it does not go over the wire in clear. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void cancelOverTls(TlsProvider provider) {
    try (TlsMiddleman middleman =
            TlsMiddleman.to(
                Address.local(server().port()),
                certificates.issue("middle-" + provider, ca, "localhost"));
        SluiceServer sluice =
            SluiceServer.start(
                SluiceConf.trusting()
                    .database(
                        "postgres",
                        middleman.address().toString(),
                        "tls { mode = prefer }, pool { size = 1 }")
                    .text(),
                provider);
        WireClient client = WireClient.login(sluice.address(), CLIENT);
        WireClient admin = WireClient.login(Address.local(server().port()), CLIENT)) {
      assertEquals("true", client.value(ENCRYPTED));
      assertEquals(1, middleman.encrypted());
      client.send(FrontendMessage.query("select pg_sleep(60)"));
      Await.until(
          () ->
              admin
                  .value("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")
                  .equals("1"),
          () -> "the query does not run");
      client.cancel();
      assertEquals("57014", Answers.error(client.readUntil('Z')).sqlState());
      assertEquals(2, middleman.encrypted());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void theConsoleTellsVersionAndCipher(TlsProvider provider) {
    SluiceConf conf =
        SluiceConf.trusting()
            .database("postgres", server().byName(), "tls { mode = require }, pool { size = 1 }");
    try (SluiceServer sluice = SluiceServer.start(conf.text(), provider);
        WireClient client = WireClient.login(sluice.address(), CLIENT);
        WireClient console = WireClient.login(sluice.address(), SluiceConf.OPERATOR)) {
      assertEquals("true", client.value(ENCRYPTED));
      String version =
          client.value(
              "select version || '/' || cipher from pg_stat_ssl where pid = pg_backend_pid()");
      assertEquals(List.of(List.of(version)), console.rows("show servers tls"));
    }
  }

  /** Larger than any buffer on the way, in both directions. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void muchDataBothWays(TlsProvider provider) {
    Certificates.Pair own = certificates.issue("front-" + provider, ca, "localhost");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("client.tls { mode = require, %s }".formatted(own.hocon()))
            .database("postgres", server().byName(), "tls { mode = require }, pool { size = 1 }");
    try (SluiceServer sluice = SluiceServer.start(conf.text(), provider);
        WireClient client = TlsSockets.ask(sluice.address(), TlsSockets.context())) {
      client.login(CLIENT);
      assertEquals(
          "200000", client.value("select count(*) from (values %s) v".formatted(values(200_000))));
      List<List<String>> rows =
          client.rows("select g, repeat('x', 1000) from generate_series(1, 20000) g");
      assertEquals(20_000, rows.size());
      assertEquals("20000", rows.getLast().getFirst());
    }
  }

  private static String values(int count) {
    return "(1),".repeat(count - 1) + "(1)";
  }

  /** Clients and backends move between event loops, TLS and all. */
  @ParameterizedTest
  @MethodSource("transportsAndProviders")
  void everythingMoves(String transport, TlsProvider provider) throws Exception {
    Certificates.Pair own = certificates.issue(transport + "-" + provider, ca, "localhost");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("event-loops = 3, transport = " + transport)
            .with("client.tls { mode = require, %s }".formatted(own.hocon()))
            .database("postgres", server().byName(), "tls { mode = require }, pool { size = 7 }");
    SSLContext context = TlsSockets.context();
    try (SluiceServer sluice = SluiceServer.start(conf.text(), provider)) {
      MovingIT.converseWhileMoving(
          sluice,
          () -> {
            WireClient client = TlsSockets.ask(sluice.address(), context);
            client.login(CLIENT);
            return client;
          });
    }
  }

  static Stream<Arguments> transportsAndProviders() {
    return Stream.of("epoll", "io_uring", "nio")
        .flatMap(
            transport -> Stream.of(TlsProvider.values()).map(by -> Arguments.of(transport, by)));
  }

  /** A client that does not read stops its backend, and gets everything in the end. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void backPressure(TlsProvider provider) {
    Certificates.Pair own = certificates.issue("slow-" + provider, ca, "localhost");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("client.tls { mode = require, %s }".formatted(own.hocon()))
            .database("postgres", server().byName(), "tls { mode = require }, pool { size = 1 }");
    try (SluiceServer sluice = SluiceServer.start(conf.text(), provider);
        WireClient admin = WireClient.login(Address.local(server().port()), CLIENT);
        WireClient client = TlsSockets.ask(sluice.address(), TlsSockets.context())) {
      client.login(CLIENT);
      client.send(
          FrontendMessage.query(
              "select repeat('x', 1000) from generate_series(1, 100000) /* slowly read */"));
      Await.until(
          () ->
              admin
                  .value(
                      "select count(*) from pg_stat_activity where wait_event = 'ClientWrite'"
                          + " and query like '%slowly read%'")
                  .equals("1"),
          () -> "PostgreSQL does not wait for its client");
      assertEquals(100_000, Answers.rows(Answers.good(client.readUntil('Z'))).size());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void replicationOverTls(TlsProvider provider) {
    Certificates.Pair own = certificates.issue("walfront-" + provider, ca, "localhost");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("client.tls { mode = require, %s }".formatted(own.hocon()))
            .database("postgres", server().byName(), "tls { mode = require }");
    try (SluiceServer sluice = SluiceServer.start(conf.text(), provider);
        WireClient client = TlsSockets.ask(sluice.address(), TlsSockets.context())) {
      client.login(CLIENT.with("replication", "database"));
      assertEquals("true", client.value(ENCRYPTED));
      assertFalse(client.rows("IDENTIFY_SYSTEM").isEmpty());
    }
  }
}
