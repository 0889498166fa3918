package dev.sluice.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Clients that do not mean to log in, and a server that means no good. Each is refused, and nobody
 * else notices. {@code docs/security.md} lists them.
 */
@ExtendWith(PostgresServers.Extension.class)
@Timeout(120)
class HostileLoginIT {
  private static final String NAME = "hostile_login_it";
  private static final String PASSWORD = "right password";

  private final PostgresServer postgres;
  @TempDir private Path folder = Path.of(".");

  HostileLoginIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private TestBed bed(String method, String settings) {
    Path users = folder.resolve("users.txt");
    try {
      Files.writeString(users, "\"" + NAME + "\" \"" + PASSWORD + "\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TestBed.start(
        postgres,
        NAME,
        SluiceConf.trusting()
            .with("auth { method = " + method + ", users-file = \"" + users + "\" }")
            .with("admin.users = [" + NAME + "]")
            .with(settings));
  }

  private static Login right(TestBed bed) {
    return bed.login().withPassword(PASSWORD);
  }

  private static ErrorResponse refusal(WireClient client) {
    List<BackendMessage> answers = client.readUntil(message -> false);
    ErrorResponse error = Answers.error(answers);
    assertEquals("FATAL", error.severity());
    assertEquals(new Closed(), answers.getLast());
    return error;
  }

  /** CVE-2026-107350 was one that changed who is logging in. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSecondStartupMessageDuringAuthentication(boolean atOnce) {
    try (TestBed bed = bed("scram-sha-256", "");
        WireClient client = WireClient.open(bed.address())) {
      FrontendMessage first = FrontendMessage.startup(bed.login());
      FrontendMessage second = FrontendMessage.startup(bed.login().withUser("postgres"));
      if (atOnce) {
        client.send(first, second);
      } else {
        client.send(first);
        assertEquals('R', client.read().tag());
        client.send(second);
      }
      ErrorResponse error = refusal(client);
      assertEquals("08P01", error.sqlState());
      assertTrue(error.message().startsWith("expected password response"), error::message);
      assertEquals("1", bed.client(right(bed)).value("select 1"));
    }
  }

  /** Where a password is due, nothing else is done, whatever it is. */
  @ParameterizedTest
  @ValueSource(strings = {"Q", "X", "P", "S", "F", "d", "Z"})
  void anotherMessageDuringAuthentication(String tag) {
    try (TestBed bed = bed("md5", "");
        WireClient client = WireClient.open(bed.address())) {
      client.send(FrontendMessage.startup(bed.login()));
      assertEquals('R', client.read().tag());
      client.send(raw((tag + "\0\0\0\5\0").getBytes(ISO_8859_1)));
      assertEquals("08P01", refusal(client).sqlState());
    }
  }

  /**
   * CVE-2026-6669: ten million iterations would be ten seconds of CPU per login. What PostgreSQL
   * stores is taken as it is, so that a real server asks for them.
   */
  @Test
  void aServerThatAsksForTenMillionIterations() {
    try (EmbeddedPostgres server =
        PostgresServers.builder(PostgresServers.NEWEST)
            .hba("host all expensive all scram-sha-256")
            .start()) {
      Address address = Address.local(server.port());
      try (WireClient admin = WireClient.login(address, Login.of("postgres", "postgres"))) {
        String key = "A".repeat(43) + "=";
        admin.rows(
            "create role expensive login password 'SCRAM-SHA-256$10000000:c2FsdHNhbHQ=$%s:%s'"
                .formatted(key, key));
      }
      SluiceConf conf =
          SluiceConf.trusting()
              .with("event-loops = 1")
              .database("good", address.toString(), "dbname = postgres, user = postgres")
              .database(
                  "bad",
                  address.toString(),
                  "dbname = postgres, user = expensive, password = secret");
      try (SluiceServer sluice = SluiceServer.start(conf.text());
          WireClient neighbour = WireClient.login(sluice.address(), Login.of("anybody", "good"));
          WireClient client = WireClient.open(sluice.address())) {
        List<BackendMessage> answers = client.tryLogin(Login.of("anybody", "bad"));
        ErrorResponse error = Answers.error(answers);
        assertEquals("08001", error.sqlState());
        assertTrue(
            error.fields().toString().contains("the iteration count is not from 1 to 1000000"),
            error.fields()::toString);
        assertEquals("1", neighbour.value("select 1"));
      }
    }
  }

  /** Silent ones, half a startup message, and those that never answer a challenge. */
  @Test
  void endlessHalfOpenLogins() {
    int limit = 20;
    try (TestBed bed =
        bed(
            "scram-sha-256",
            "client { max-connections = %d, login-timeout = 2s }".formatted(limit))) {
      WireClient neighbour = bed.client(right(bed));
      List<WireClient> halfOpen = new ArrayList<>();
      byte[] startup = FrontendMessage.startup(bed.login()).encoded();
      for (int i = 0; i < 3 * limit; i++) {
        WireClient client = WireClient.open(bed.address());
        halfOpen.add(client);
        switch (i % 3) {
          case 0 -> client.send(raw(startup));
          case 1 -> client.send(raw(Arrays.copyOf(startup, startup.length / 2)));
          default -> {}
        }
      }
      int tooMany = 0;
      int timedOut = 0;
      for (WireClient client : halfOpen) {
        ErrorResponse error = refusal(client);
        switch (error.sqlState()) {
          case "53300" -> tooMany++;
          case "08P01" -> {
            assertEquals("the login did not end within login-timeout", error.message());
            timedOut++;
          }
          default -> throw new AssertionError(error);
        }
        client.close();
      }
      assertTrue(timedOut >= 1 && timedOut + tooMany == 3 * limit, timedOut + "/" + tooMany);
      assertEquals("1", neighbour.value("select 1"));
      for (int i = 1; i < limit; i++) {
        bed.client(right(bed));
      }
      neighbour.terminate();
      try (WireClient console =
          WireClient.login(bed.address(), right(bed).withDatabase("sluice"))) {
        String lists = console.rows("show lists").toString();
        assertTrue(lists.contains("[login_clients, 0]"), lists);
      }
    }
  }

  /** It is refused by its length; what is behind that is not waited for. */
  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "md5", "password"})
  void aPasswordOfAMegabyte(String method) {
    try (TestBed bed = bed(method, "");
        WireClient announcing = WireClient.open(bed.address());
        WireClient sending = WireClient.open(bed.address())) {
      announcing.send(FrontendMessage.startup(bed.login()));
      assertEquals('R', announcing.read().tag());
      announcing.send(raw(ByteBuffer.allocate(5).put((byte) 'p').putInt(1 << 20).array()));
      ErrorResponse error = refusal(announcing);
      assertEquals("08P01", error.sqlState());
      assertEquals("invalid length of a password message", error.message());

      sending.send(FrontendMessage.startup(bed.login()));
      assertEquals('R', sending.read().tag());
      sending.send(FrontendMessage.password(Bytes.of("x".repeat(1 << 20) + '\0')));
      // The answer may be lost in the reset that bytes nobody reads bring.
      assertEquals(new Closed(), sending.readUntil(message -> false).getLast());
      assertEquals("1", bed.client(right(bed)).value("select 1"));
    }
  }

  /** Below the limit for all messages, beyond that for passwords. */
  @Test
  void aPasswordOfTenKilobytes() {
    try (TestBed bed = bed("password", "");
        WireClient client = WireClient.open(bed.address())) {
      client.send(FrontendMessage.startup(bed.login()));
      assertEquals('R', client.read().tag());
      client.send(FrontendMessage.password(Bytes.of("x".repeat(10_000) + '\0')));
      assertEquals("08P01", refusal(client).sqlState());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "md5"})
  void aPasswordWithANul(String method) {
    try (TestBed bed = bed(method, "");
        WireClient client = WireClient.open(bed.address())) {
      client.send(FrontendMessage.startup(bed.login()));
      assertEquals('R', client.read().tag());
      client.send(FrontendMessage.password(Bytes.of(PASSWORD + "\0more\0")));
      assertEquals("08P01", refusal(client).sqlState());
    }
  }

  /**
   * A NUL ends a name, as in PostgreSQL: what is behind it is the next parameter's name, and the
   * whole does not come out even.
   */
  @ParameterizedTest
  @ValueSource(strings = {"user", "database"})
  void aNameWithANul(String parameter) {
    try (TestBed bed = bed("scram-sha-256", "");
        WireClient client = WireClient.open(bed.address())) {
      String other = parameter.equals("user") ? "database" : "user";
      client.send(startup(ISO_8859_1, parameter, NAME + "\0postgres", other, NAME));
      ErrorResponse error = refusal(client);
      assertEquals("08P01", error.sqlState());
      assertEquals("1", bed.client(right(bed)).value("select 1"));
    }
  }

  /** Two names must never become one by what replaces bytes that are no characters. */
  @ParameterizedTest
  @ValueSource(strings = {"user", "database"})
  void aNameThatIsNotUtf8(String parameter) {
    try (TestBed bed = bed("scram-sha-256", "");
        WireClient client = WireClient.open(bed.address())) {
      String other = parameter.equals("user") ? "database" : "user";
      client.send(startup(ISO_8859_1, parameter, NAME + "\u00e4", other, NAME));
      assertEquals("22021", refusal(client).sqlState());
      assertEquals("1", bed.client(right(bed)).value("select 1"));
    }
  }

  /** PostgreSQL cuts names; a longer one is the same user's, here too. */
  @Test
  void namesOfMoreThan63Bytes() throws IOException {
    String name = "l" + "\u00e4".repeat(31);
    assertEquals(63, name.getBytes(UTF_8).length);
    try (WireClient admin = postgres.admin("postgres")) {
      admin.rows("set client_min_messages = warning");
      admin.rows("drop role if exists " + name);
      admin.rows("create role " + name + " login");
    }
    Path users = folder.resolve("long.txt");
    Files.writeString(users, "\"" + name + "\" \"long\"\n");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("auth { method = scram-sha-256, users-file = \"" + users + "\" }");
    try (TestBed bed = TestBed.start(postgres, NAME, conf)) {
      for (String longer : List.of(name, name + "x", name + "\u00e4", name + "x".repeat(5000))) {
        Login login = bed.login().withUser(longer).withPassword("long");
        assertEquals(name, bed.client(login).value("select current_user"));
      }
      Login database = bed.login().withUser(name).withPassword("long");
      try (WireClient client = WireClient.open(bed.address())) {
        ErrorResponse error =
            Answers.error(client.tryLogin(database.withDatabase("d".repeat(5000))));
        assertEquals("3D000", error.sqlState());
        assertEquals("database \"" + "d".repeat(63) + "\" does not exist", error.message());
      }
    }
  }

  /**
   * It is told as much as may be told before a login, and takes none of it from its socket. When
   * its time is over another gets its place.
   */
  @Test
  void aClientThatNeverReads() {
    try (TestBed bed = bed("scram-sha-256", "client { max-connections = 1, login-timeout = 5s }");
        WireClient client = WireClient.open(bed.address(), 1024)) {
      List<String> parameters = new ArrayList<>(List.of("user", NAME));
      for (int i = 0; i < 400; i++) {
        parameters.addAll(List.of("_pq_." + "x".repeat(20) + i, ""));
      }
      client.send(startup(UTF_8, parameters.toArray(String[]::new)));
      Await.until(() -> client.available() > 0, () -> "the client is told nothing");
      assertEquals("53300", stateOf(bed));
      Await.until(() -> !stateOf(bed).equals("53300"), () -> "the place is never free");
      assertEquals("1", bed.client(right(bed)).value("select 1"));
    }
  }

  /** The first is said at once, the others are counted. */
  @Test
  void refusedLoginsDoNotFillTheLog() {
    Logger log = (Logger) LoggerFactory.getLogger(dev.sluice.proxy.server.SluiceServer.class);
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    log.addAppender(events);
    Level before = log.getLevel();
    log.setLevel(Level.INFO);
    try (TestBed bed = bed("scram-sha-256", "")) {
      for (int i = 0; i < 50; i++) {
        try (WireClient client = WireClient.open(bed.address())) {
          Login wrong = bed.login().withUser("guess" + i).withPassword("wrong");
          assertEquals("28P01", Answers.error(client.tryLogin(wrong)).sqlState());
        }
      }
    } finally {
      log.setLevel(before);
      log.detachAppender(events);
    }
    List<String> lines =
        events.list.stream()
            .map(ILoggingEvent::getFormattedMessage)
            .filter(line -> line.contains("refused"))
            .toList();
    assertEquals(
        "client 127.0.0.1: login of \"guess0\" refused: the user is unknown or has no secret",
        lines.getFirst());
    // One line more per 10 s, on a machine that is busy.
    assertTrue(lines.size() < 10, lines::toString);
  }

  /** Of a login that is right; "none" if it is let in. */
  private static String stateOf(TestBed bed) {
    try (WireClient client = WireClient.open(bed.address())) {
      List<BackendMessage> answers = client.tryLogin(right(bed));
      if (answers.getLast() instanceof Closed) {
        return Answers.error(answers).sqlState();
      }
      client.terminate();
      return "none";
    }
  }

  private static FrontendMessage raw(byte[] bytes) {
    return FrontendMessage.unframed(Bytes.of(bytes));
  }

  /** A startup message of protocol 3.0; nothing in it is checked. */
  private static FrontendMessage startup(Charset charset, String... namesAndValues) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String text : namesAndValues) {
      body.writeBytes(text.getBytes(charset));
      body.write(0);
    }
    body.write(0);
    return raw(
        ByteBuffer.allocate(8 + body.size())
            .putInt(8 + body.size())
            .putInt(3 << 16)
            .put(body.toByteArray())
            .array());
  }
}
