package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.Relay;
import dev.sluice.it.wire.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come by the Unix socket. */
@ExtendWith(PostgresServers.Extension.class)
class UnixSocketIT {
  private static final String NAME = "unix_it";

  private final PostgresServer postgres;

  /** Short: a socket's path has little room. */
  private Path folder = Path.of("");

  UnixSocketIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("s");
  }

  @AfterEach
  void removeFolder() throws IOException {
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList(), "nothing is left in the directory");
    }
    Files.delete(folder);
  }

  private SluiceConf conf(String more) {
    postgres.newDatabase(NAME);
    return SluiceConf.trusting()
        .with("unix-socket-dir = \"" + folder + "\"")
        .with(more)
        .database(NAME, postgres.node(), "pool { size = 1 }");
  }

  private Path socket(int port) {
    return folder.resolve(".s.PGSQL." + port);
  }

  private Process psql(int port, String database, String user, String sql) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "psql",
            "-X",
            "-A",
            "-t",
            "-w",
            "-h",
            folder.toString(),
            "-p",
            "" + port,
            "-U",
            user,
            "-d",
            database,
            "-c",
            sql);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    return builder.redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  void queriesConsoleAndCancels(String transport) throws Exception {
    try (SluiceServer sluice = SluiceServer.start(conf("transport = " + transport).text());
        Relay relay = Relay.toUnix(socket(sluice.port()));
        WireClient client = WireClient.login(relay.address(), Login.of(NAME, NAME));
        WireClient console = WireClient.login(relay.address(), SluiceConf.OPERATOR)) {
      assertEquals("42", output(psql(sluice.port(), NAME, NAME, "select 42")));
      assertEquals("1", client.value("select 1"));
      assertEquals(
          List.of(List.of(NAME, "unix")),
          console.rows("show clients user, addr").stream()
              .filter(row -> row.getFirst().equals(NAME))
              .toList());
      client.send(FrontendMessage.query("select pg_sleep(60)"));
      try (WireClient admin = postgres.admin(NAME)) {
        Await.until(
            () ->
                admin
                    .value("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")
                    .equals("1"),
            () -> "the query does not run");
      }
      client.cancel();
      assertEquals("57014", Answers.error(client.readUntil('Z')).sqlState());
      assertEquals("2", client.value("select 2"));
    }
  }

  /** Ctrl-C in psql is a cancel request by a second connection to the socket. */
  @Test
  void psqlCancels() throws Exception {
    try (SluiceServer sluice = SluiceServer.start(conf("").text());
        WireClient admin = postgres.admin(NAME)) {
      Process psql = psql(sluice.port(), NAME, NAME, "select pg_sleep(60)");
      Await.until(
          () ->
              admin
                  .value("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")
                  .equals("1"),
          () -> "the query does not run");
      new ProcessBuilder("kill", "-INT", Long.toString(psql.pid())).start().waitFor();
      String said = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(psql.waitFor(30, TimeUnit.SECONDS), said);
      assertTrue(said.contains("canceling statement due to user request"), said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void clientsMoveBetweenLoops(String transport) throws Exception {
    SluiceConf conf = conf("event-loops = 3, transport = " + transport);
    try (SluiceServer sluice = SluiceServer.start(conf.text());
        Relay relay = Relay.toUnix(socket(sluice.port()));
        WireClient one = WireClient.login(relay.address(), Login.of(NAME, NAME));
        WireClient two = WireClient.login(relay.address(), Login.of(NAME, NAME))) {
      for (int i = 0; i < 300; i++) {
        if (i % 10 == 0) {
          sluice.useLoops(1 + i / 10 % 3);
        }
        assertEquals("" + i, one.value("select " + i));
        assertEquals("" + -i, two.value("select " + -i));
      }
    }
  }

  @Test
  void everybodyMayConnectAndTheSocketGoesWithTheProxy() throws Exception {
    int port;
    try (SluiceServer sluice = SluiceServer.start(conf("").text())) {
      port = sluice.port();
      assertEquals(
          "rwxrwxrwx",
          java.nio.file.attribute.PosixFilePermissions.toString(
              Files.getPosixFilePermissions(socket(port))));
      assertTrue(Files.exists(folder.resolve(".s.PGSQL." + port + ".lock")));
    }
    assertFalse(Files.exists(socket(port)));
  }

  /** A process of its own, which dies with its socket in place. */
  @Test
  void whatAKilledProcessLeftIsReplacedAndALiveSocketIsNot() throws Exception {
    int port;
    try (SluiceProcess first = SluiceProcess.start(conf("").text())) {
      port = first.address().port();
      assertTrue(first.log().contains("unix:" + socket(port)), first.log());
      IllegalStateException refused =
          assertThrows(
              IllegalStateException.class, () -> SluiceServer.start(onPort(port, "127.0.0.2")));
      assertTrue(
          String.valueOf(refused.getCause()).contains("another process listens there"),
          refused::toString);
      first.kill();
    }
    assertTrue(Files.exists(socket(port)));
    try (SluiceServer second = SluiceServer.start(onPort(port, "127.0.0.1"))) {
      assertEquals(port, second.port());
      assertEquals("3", output(psql(port, NAME, NAME, "select 3")));
    }
  }

  /** The same port at another address makes the same socket. */
  private String onPort(int port, String host) {
    return conf("").text()
        + "\nsluice.listen = [{ host = \"%s\", port = %d }]\n".formatted(host, port);
  }

  @Test
  void drainingTakesTheSocketAwayAndLetsClientsFinish() throws Exception {
    try (SluiceProcess sluice = SluiceProcess.start(conf("").text())) {
      int port = sluice.address().port();
      try (Relay relay = Relay.toUnix(socket(port));
          WireClient client = WireClient.login(relay.address(), Login.of(NAME, NAME))) {
        client.rows("begin");
        sluice.terminate();
        Await.until(() -> !Files.exists(socket(port)), () -> "the socket is there");
        assertEquals("1", client.value("select 1"));
        client.simple("commit");
        assertEquals("57P01", Answers.error(client.readUntil(message -> false)).sqlState());
      }
      assertEquals(0, sluice.awaitExit());
      assertFalse(Files.exists(folder.resolve(".s.PGSQL." + port + ".lock")));
    }
  }
}
