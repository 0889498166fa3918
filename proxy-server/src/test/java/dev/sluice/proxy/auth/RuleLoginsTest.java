package dev.sluice.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.protocol.startup.Replication;
import dev.sluice.proxy.auth.hba.HbaFile;
import dev.sluice.proxy.auth.hba.LoginRequest;
import dev.sluice.proxy.auth.hba.Origin;
import dev.sluice.proxy.auth.hba.PeerUser;
import dev.sluice.proxy.auth.hba.UserNameMaps;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a login goes on once a rule has matched it. */
class RuleLoginsTest {
  @TempDir private Path folder = Path.of("");
  private final LoginLookups lookups = new LoginLookups(2, 1);

  @AfterEach
  void close() {
    lookups.close();
  }

  private RuleLogins logins(String rules, String maps) throws IOException {
    Path ident = Files.writeString(folder.resolve("ident.conf"), maps);
    UserNameMaps read =
        assertInstanceOf(UserNameMaps.Loaded.class, UserNameMaps.load(ident)).maps();
    Path hba = Files.writeString(folder.resolve("hba.conf"), rules);
    HbaFile.Result result = HbaFile.load(hba, read, null);
    UsersFile users = TestUsers.of("alice", PlainText.of("secret"));
    return new RuleLogins(
        assertInstanceOf(HbaFile.Loaded.class, result, result::toString).rules(),
        read,
        Authenticator.create(AuthMethod.TRUST, users, TestUsers.DIRECT),
        users,
        lookups);
  }

  private static LoginRequest tls(String user, @Nullable String certificateName) {
    return new LoginRequest(
        user,
        "app",
        Replication.NONE,
        new Origin.Network(InetAddress.ofLiteral("10.0.0.1"), true, certificateName));
  }

  private static LoginRequest local(String user, PeerUser peer) {
    return new LoginRequest(user, "app", Replication.NONE, new Origin.Local(peer));
  }

  /** "in", or the error's code and message. */
  private static String outcome(AuthStep step) {
    return switch (step) {
      case AuthStep.Authenticated _ -> "in";
      case AuthStep.Rejected rejected ->
          rejected.error().sqlState() + " " + rejected.error().message();
      case AuthStep.Pending pending -> outcome(pending.step().join());
      case AuthStep.Send _ -> "asked";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "alice | alice | in",
        "alice | bob | 28000 certificate authentication failed for user \"alice\"",
        "alice | none | 28000 connection requires a valid client certificate",
        "carol | Carol Smith | in",
        "carol | carol | 28000 certificate authentication failed for user \"carol\""
      })
  void certificates(String user, @Nullable String certificateName, String expected)
      throws IOException {
    RuleLogins logins =
        logins(
            "hostssl all carol all cert map=m\nhostssl all all all cert\n",
            "m \"Carol Smith\" carol\n");
    assertEquals(expected, outcome(logins.begin(tls(user, certificateName)).start()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "verify-ca | anybody | in",
        "verify-ca | none | 28000 connection requires a valid client certificate",
        "verify-full | alice | in",
        "verify-full | bob | 28000 certificate authentication failed for user \"alice\"",
        "verify-full | none | 28000 connection requires a valid client certificate"
      })
  void clientCertificates(String option, @Nullable String certificateName, String expected)
      throws IOException {
    RuleLogins logins = logins("hostssl all all all trust clientcert=" + option, "");
    assertEquals(expected, outcome(logins.begin(tls("alice", certificateName)).start()));
  }

  /** Also where the name is not known, the login ends with one error. */
  @Test
  void peers() throws IOException {
    RuleLogins logins = logins("local all all peer", "");
    String refused = "28000 Peer authentication failed for user \"alice\"";
    assertEquals("in", outcome(logins.begin(local("alice", () -> "alice")).start()));
    assertEquals(refused, outcome(logins.begin(local("alice", () -> "bob")).start()));
    assertEquals(refused, outcome(logins.begin(local("alice", () -> null)).start()));
    PeerUser broken =
        () -> {
          throw new IOException("gone");
        };
    assertEquals(refused, outcome(logins.begin(local("alice", broken)).start()));
  }

  /** What proves the user otherwise than by a password still hands on the secret of the file. */
  @Test
  void theBackendGetsTheSecretOfTheUsersFile() throws IOException {
    RuleLogins logins = logins("local all all peer", "");
    AuthStep step = logins.begin(local("alice", () -> "alice")).start();
    // The name is looked up elsewhere, and may be known by now.
    AuthStep end = step instanceof AuthStep.Pending pending ? pending.step().join() : step;
    assertEquals(
        new LoginCredentials("alice", PlainText.of("secret")),
        assertInstanceOf(AuthStep.Authenticated.class, end).credentials());
  }

  /** Two are looked up, one waits; the next are told. */
  @Test
  void moreLookupsThanThereIsRoomForAreRefused() throws Exception {
    RuleLogins logins = logins("local all all peer", "");
    CountDownLatch answer = new CountDownLatch(1);
    PeerUser slow =
        () -> {
          try {
            answer.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return "alice";
        };
    List<AuthStep> steps = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      steps.add(logins.begin(local("alice", slow)).start());
    }
    assertEquals(
        "53300 too many logins wait for an answer of a directory or a name service",
        outcome(steps.get(3)));
    assertEquals(
        "53300 too many logins wait for an answer of a directory or a name service",
        outcome(steps.get(4)));
    answer.countDown();
    for (AuthStep step : steps.subList(0, 3)) {
      assertEquals("in", outcome(step));
    }
  }

  @Test
  void passwordsAreAskedByTheRulesMethod() throws IOException {
    RuleLogins logins = logins("hostssl all all all scram-sha-256\nlocal all all password\n", "");
    for (LoginRequest request : List.of(tls("alice", null), local("alice", () -> null))) {
      assertEquals(
          "alice",
          Conversation.run(logins.begin(request), TestUsers.client("alice", "secret"))
              .authenticated()
              .credentials()
              .user());
      assertEquals(
          "28P01",
          outcome(
                  Conversation.run(logins.begin(request), TestUsers.client("alice", "wrong"))
                      .rejected())
              .substring(0, 5));
    }
  }
}
