package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused: too many clients, and bytes that are no protocol. Nobody else notices. */
@ExtendWith(PostgresServers.Extension.class)
class ClientLimitsIT {
  private static final String NAME = "limits_it";

  private final PostgresServer postgres;

  ClientLimitsIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private TestBed bed(String setting) {
    return TestBed.start(postgres, NAME, SluiceConf.trusting().with(setting));
  }

  private static ErrorResponse refusal(List<BackendMessage> answers) {
    ErrorResponse error = Answers.error(answers);
    assertEquals("FATAL", error.severity());
    assertEquals("FATAL", error.fields().get('V'));
    assertEquals(new Closed(), answers.getLast());
    return error;
  }

  private static ErrorResponse refusedLogin(TestBed bed, Login login) {
    try (WireClient client = WireClient.open(bed.address())) {
      return refusal(client.tryLogin(login));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "client { max-connections = 3 }",
    "pool { max-database-clients = 3 }",
    "pool { max-user-clients = 3 }"
  })
  void moreClientsThanAllowed(String setting) {
    try (TestBed bed = bed(setting)) {
      WireClient first = bed.client();
      bed.client();
      WireClient third = bed.client();
      assertEquals("53300", refusedLogin(bed, bed.login()).sqlState());
      assertEquals("1", first.value("select 1"));
      third.terminate();
      assertEquals("1", bed.client().value("select 1"));
      assertEquals("53300", refusedLogin(bed, bed.login()).sqlState());
    }
  }

  @Test
  void unknownDatabase() {
    try (TestBed bed = bed("")) {
      ErrorResponse error = refusedLogin(bed, bed.login().withDatabase("nobody"));
      assertEquals("3D000", error.sqlState());
      assertEquals("database \"nobody\" does not exist", error.message());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tag that no message has, 5a 00000004",
    "length below itself, 51 00000003",
    "length 0, 51 00000000",
    "negative length, 51 80000000",
    "length of 2 GB, 51 7fffffff",
    "message of a server, 54 00000006 0000",
    "query without an end, 51 00000008 41414141",
    "sync with a body, 53 00000005 00",
    "parse without its texts, 50 00000005 00",
    "describe of nothing, 44 00000004",
    "execute without a limit, 45 00000005 00",
    "close of nothing, 43 00000004",
    "startup packet again, 00000008 00030000"
  })
  void bytesThatAreNoProtocol(String name, String hex) {
    try (TestBed bed = bed("")) {
      WireClient neighbour = bed.client();
      WireClient client = bed.client();
      client.send(FrontendMessage.unframed(Bytes.ofHex(hex.replace(" ", ""))));
      client.send(FrontendMessage.sync());
      List<BackendMessage> answers =
          client.readUntil(m -> m.tag() == 'E' || m.tag() == 'Z' || m instanceof Closed);
      ErrorResponse error = Answers.error(answers);
      assertEquals("08P01", error.sqlState(), name);
      if (error.severity().equals("FATAL")) {
        assertEquals(List.of(new Closed()), client.readUntil(message -> false), name);
      }
      assertEquals("1", neighbour.value("select 1"));
      assertEquals("1", bed.client().value("select 1"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "length too small, 00000007 00030000",
    "length negative, ffffffff 00030000",
    "length of 1 GB, 40000000 00030000",
    "no terminator, 0000000c 00030000 75736572",
    "no user, 00000009 00030000 00",
    "a name without a value, 0000000e 00030000 7573657200 00",
    "an old protocol, 00000008 00020000",
    "a strange protocol, 00000008 04d2162d",
    "http, 474554202f20485454502f312e310d0a"
  })
  void startupPacketsThatAreNone(String name, String hex) {
    try (TestBed bed = bed("")) {
      try (WireClient client = WireClient.open(bed.address())) {
        client.send(FrontendMessage.unframed(Bytes.ofHex(hex.replace(" ", ""))));
        client.shutdownOutput();
        List<BackendMessage> answers = client.readUntil(message -> false);
        if (answers.size() > 1) {
          refusal(answers);
        }
        assertEquals(new Closed(), answers.getLast(), name);
      }
      assertEquals("1", bed.client().value("select 1"));
    }
  }

  @Test
  void aStartupPacketThatIsTooLarge() {
    try (TestBed bed = bed("client { max-login-bytes = 4KiB }")) {
      ErrorResponse error =
          refusedLogin(bed, bed.login().with("application_name", "x".repeat(5000)));
      assertEquals("08P01", error.sqlState());
    }
  }

  @Test
  void tooManyStartupParameters() {
    try (TestBed bed = bed("")) {
      Login login = bed.login();
      for (int i = 0; i < 2000; i++) {
        login = login.with("a" + i, "");
      }
      assertEquals("08P01", refusedLogin(bed, login).sqlState());
    }
  }

  @Test
  void whoDoesNotLogInIsNotWaitedFor() {
    try (TestBed bed = bed("client { login-timeout = 300ms }");
        WireClient silent = WireClient.open(bed.address());
        WireClient slow = WireClient.open(bed.address())) {
      slow.send(FrontendMessage.unframed(Bytes.ofHex("0000")));
      for (WireClient client : List.of(silent, slow)) {
        List<BackendMessage> answers = client.readUntil(message -> false);
        if (answers.size() > 1) {
          assertEquals("08P01", refusal(answers).sqlState());
        }
      }
    }
  }

  /**
   * A client that speaks plain text behind an SSLRequest has not seen the answer: CVE-2021-23214.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void plainTextBehindAnEncryptionRequest(boolean ssl) {
    try (TestBed bed = bed("");
        WireClient client = WireClient.open(bed.address())) {
      FrontendMessage request =
          ssl ? FrontendMessage.sslRequest() : FrontendMessage.gssEncRequest();
      byte[] first = request.encoded();
      byte[] second = FrontendMessage.query("select 1").encoded();
      byte[] both =
          ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
      client.send(FrontendMessage.unframed(Bytes.of(both)));
      String answer = client.readAll().text();
      assertTrue(answer.contains("FATAL"), answer);
      assertTrue(answer.contains("08P01"), answer);
    }
  }

  /** One large query is streamed, others go on meanwhile. */
  @Test
  void aQueryOf100Megabytes() {
    try (TestBed bed = bed("pool { size = 2 }")) {
      WireClient neighbour = bed.client();
      WireClient client = bed.client();
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () ->
                      client.send(
                          FrontendMessage.query("select length('" + "x".repeat(100 << 20) + "')")));
      for (int i = 0; i < 20; i++) {
        assertEquals("1", neighbour.value("select 1"));
      }
      assertEquals(List.of("" + (100 << 20)), Answers.column(Answers.good(client.readUntil('Z'))));
      assertEquals(false, sender.isInterrupted());
    }
  }
}
