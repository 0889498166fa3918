package dev.sluice.it.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage.Authentication;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.proxy.tls.TlsProvider;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SCRAM-SHA-256-PLUS on both sides: a login is good for one TLS connection and no other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChannelBindingIT {
  private @Nullable TlsPostgres server;
  private Certificates certificates = Certificates.in(Path.of(""));
  private Certificates.Pair ca = new Certificates.Pair(Path.of(""), Path.of(""));
  private Certificates.Pair front = ca;
  private Path users = Path.of("");

  @BeforeAll
  void prepare(@TempDir Path folder) {
    certificates = Certificates.in(folder);
    ca = certificates.authority("ca");
    front = certificates.rsa("front", ca, "localhost", "DNS:localhost");
    server =
        TlsPostgres.start(
            certificates.issue("server", ca, "localhost", "DNS:localhost"), ca.certificate());
    users =
        certificates.write(
            "users.txt", "\"%s\" \"%s\"\n".formatted(TlsPostgres.SCRAM, TlsPostgres.PASSWORD));
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private TlsPostgres server() {
    assertTrue(server != null);
    return server;
  }

  private SluiceServer sluice(TlsProvider provider, String node) {
    return SluiceServer.start(
        SluiceConf.trusting()
            .with("auth { method = scram-sha-256, users-file = \"%s\" }".formatted(users))
            .with("client.tls { mode = allow, %s }".formatted(front.hocon()))
            .database("postgres", node, "tls { mode = require }, pool { size = 1 }")
            .text(),
        provider);
  }

  private static String libpq(int port, String options) {
    return "host=127.0.0.1 port=%d user=%s password=%s dbname=postgres %s"
        .formatted(port, TlsPostgres.SCRAM, TlsPostgres.PASSWORD, options);
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void libpqDemandsIt(TlsProvider provider) {
    try (SluiceServer sluice = sluice(provider, server().byName())) {
      for (String binding : List.of("require", "prefer", "disable")) {
        Psql.Result result =
            Psql.run(
                libpq(sluice.port(), "sslmode=require channel_binding=" + binding),
                "select current_user");
        assertEquals(TlsPostgres.SCRAM, result.output());
      }
      Psql.Result plain = Psql.run(libpq(sluice.port(), "sslmode=disable"), "select current_user");
      assertEquals(TlsPostgres.SCRAM, plain.output());
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void pgjdbcDemandsIt(TlsProvider provider) throws Exception {
    try (SluiceServer sluice = sluice(provider, server().byName());
        Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://localhost:%d/postgres?sslmode=require&channelBinding=require"
                    .formatted(sluice.port()),
                TlsPostgres.SCRAM,
                TlsPostgres.PASSWORD);
        var rows = connection.createStatement().executeQuery("select current_user")) {
      assertTrue(rows.next());
      assertEquals(TlsPostgres.SCRAM, rows.getString(1));
    }
  }

  /** The middleman passes on what a client proves, but for another certificate than ours. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aClientOfAMiddlemanIsRefused(TlsProvider provider) {
    try (SluiceServer sluice = sluice(provider, server().byName());
        TlsMiddleman middleman =
            TlsMiddleman.to(
                sluice.address(), certificates.issue("middle-" + provider, ca, "localhost"))) {
      Psql.Result bound =
          Psql.run(
              libpq(middleman.address().port(), "sslmode=require channel_binding=prefer"),
              "select 1");
      assertTrue(bound.output().contains("SCRAM channel binding check failed"), bound::toString);
      Psql.Result unbound =
          Psql.run(
              libpq(middleman.address().port(), "sslmode=require channel_binding=disable"),
              "select 1");
      assertEquals("1", unbound.output());
    }
  }

  /** PostgreSQL itself finds out that somebody stands between Sluice and it. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void sluiceBindsTowardsPostgres(TlsProvider provider) {
    try (TlsMiddleman middleman =
            TlsMiddleman.to(
                Address.local(server().port()),
                certificates.issue("between-" + provider, ca, "localhost"));
        SluiceServer sluice = sluice(provider, middleman.address().toString());
        WireClient client = WireClient.open(sluice.address())) {
      ErrorResponse error =
          Answers.error(
              client.tryLogin(
                  Login.of(TlsPostgres.SCRAM, "postgres").withPassword(TlsPostgres.PASSWORD)));
      assertEquals("SCRAM channel binding check failed", error.message());
    }
  }

  /** Who says that we do not bind has been told so by somebody else than us. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aDowngradeIsRefused(TlsProvider provider) {
    try (SluiceServer sluice = sluice(provider, server().byName());
        WireClient encrypted = TlsSockets.ask(sluice.address(), TlsSockets.context());
        WireClient plain = WireClient.open(sluice.address())) {
      ErrorResponse error = Answers.error(firstMessage(encrypted, "y,,n=,r=abc"));
      assertEquals("28000", error.sqlState());
      assertEquals("SCRAM channel binding negotiation error", error.message());
      // In plain text it is true.
      assertTrue(firstMessage(plain, "y,,n=,r=abc").getLast() instanceof Authentication);
    }
  }

  private static List<dev.sluice.it.wire.BackendMessage> firstMessage(
      WireClient client, String message) {
    client.send(FrontendMessage.startup(Login.of(TlsPostgres.SCRAM, "postgres")));
    client.readUntil('R');
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    byte[] mechanism = "SCRAM-SHA-256\0".getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(mechanism.length + 4 + text.length);
    body.put(mechanism).putInt(text.length).put(text);
    client.send(FrontendMessage.password(Bytes.of(body.array())));
    return client.readUntil(answer -> true);
  }
}
