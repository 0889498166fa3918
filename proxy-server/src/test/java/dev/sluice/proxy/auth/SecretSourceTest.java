package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.TestUsers.DIRECT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Logins of users that are looked up. */
class SecretSourceTest {
  private final Map<String, SecretAnswer> first = new HashMap<>();
  private final Map<String, SecretAnswer> second = new HashMap<>();
  private final List<String> asked = new ArrayList<>();

  private final SecretSource source =
      new SecretSource() {
        @Override
        public CompletableFuture<SecretAnswer> find(String user, String database) {
          asked.add(user + "@" + database);
          return CompletableFuture.supplyAsync(() -> answer(first, user));
        }

        @Override
        public CompletableFuture<SecretAnswer> findAgain(String user, String database) {
          asked.add("again " + user + "@" + database);
          return CompletableFuture.completedFuture(
              answer(second.containsKey(user) ? second : first, user));
        }

        private SecretAnswer answer(Map<String, SecretAnswer> answers, String user) {
          return answers.getOrDefault(user, new SecretAnswer.NotFound("not there"));
        }
      };

  private Authenticator authenticator(AuthMethod method) {
    UsersFile users = TestUsers.of("filed", PlainText.of("filed's"));
    return Authenticator.create(method, users, source, DIRECT);
  }

  private static Conversation attempt(Authenticator authenticator, String user, String password) {
    return Conversation.run(
        authenticator.begin(user, "db", ClientChannel.PLAINTEXT), TestUsers.client(user, password));
  }

  private static SecretAnswer found(Secret secret) {
    return new SecretAnswer.Found(secret);
  }

  @Test
  void whoIsFoundLogsInAndTheFileComesFirst() {
    for (AuthMethod method : TestUsers.ASKING) {
      for (Secret secret :
          List.of(PlainText.of("x"), TestUsers.md5("u", "x"), TestUsers.verifier("x"))) {
        first.put("u", found(secret));
        first.put("filed", found(PlainText.of("other")));
        Authenticator authenticator = authenticator(method);
        asked.clear();
        if (method == AuthMethod.SCRAM_SHA_256 && secret instanceof Md5Hash) {
          attempt(authenticator, "u", "x").rejected();
          continue;
        }
        attempt(authenticator, "u", "x").authenticated();
        attempt(authenticator, "filed", "filed's").authenticated();
        assertEquals(List.of("u@db"), asked);
        attempt(authenticator, "u", "wrong").rejected();
      }
    }
  }

  /** Keys or hash for PostgreSQL come from the login, no password is known anywhere. */
  @Test
  void whatPostgresWillAskForIsPassedOn() {
    first.put("scram", found(TestUsers.verifier("x")));
    first.put("md5", found(TestUsers.md5("md5", "x")));
    assertInstanceOf(
        ScramKeys.class,
        attempt(authenticator(AuthMethod.SCRAM_SHA_256), "scram", "x")
            .authenticated()
            .credentials()
            .secret());
    assertInstanceOf(
        Md5Hash.class,
        attempt(authenticator(AuthMethod.MD5), "md5", "x").authenticated().credentials().secret());
  }

  @Test
  void aChangedSecretIsLookedAtOnceMore() {
    for (AuthMethod method : List.of(AuthMethod.MD5, AuthMethod.PASSWORD)) {
      first.put("u", found(TestUsers.md5("u", "old")));
      second.put("u", found(TestUsers.md5("u", "new")));
      asked.clear();
      attempt(authenticator(method), "u", "new").authenticated();
      assertEquals(List.of("u@db", "again u@db"), asked);
      attempt(authenticator(method), "u", "neither").rejected();
    }
    first.put("u", found(TestUsers.verifier("old")));
    second.put("u", found(TestUsers.verifier("new")));
    attempt(authenticator(AuthMethod.PASSWORD), "u", "new").authenticated();
    asked.clear();
    attempt(authenticator(AuthMethod.SCRAM_SHA_256), "u", "new").rejected();
    assertEquals(List.of("u@db", "again u@db"), asked);
  }

  @Test
  void whoIsGoneMeanwhileDoesNotGetIn() {
    first.put("u", found(TestUsers.md5("u", "x")));
    second.put("u", new SecretAnswer.NotFound("dropped"));
    attempt(authenticator(AuthMethod.PASSWORD), "u", "y").rejected();
  }

  @Test
  void whatCannotBeAskedIsSaidAsItIs() {
    ErrorMessage error = ErrorMessage.fatal(SqlState.CANNOT_CONNECT_NOW, "later");
    first.put("u", new SecretAnswer.Unavailable(error, "down"));
    for (AuthMethod method : AuthMethod.values()) {
      AuthStep.Rejected rejected = attempt(authenticator(method), "u", "x").rejected();
      assertSame(error, rejected.error());
      assertEquals("down", rejected.reason());
    }
  }

  @Test
  void unknownUsersHaveTheFormOfThoseThatAreFound() {
    for (AuthMethod method : TestUsers.ASKING) {
      for (Secret secret : List.of(TestUsers.md5("real", "x"), TestUsers.verifier("x"))) {
        if (method == AuthMethod.SCRAM_SHA_256 && secret instanceof Md5Hash) {
          continue;
        }
        first.put("real", found(secret));
        Authenticator authenticator = authenticator(method);
        asked.clear();
        Conversation real = attempt(authenticator, "real", "wrong");
        Conversation fake = attempt(authenticator, "fake", "wrong");
        assertEquals(shape(real), shape(fake), method + " with " + secret);
        assertEquals(
            real.rejected().error().toString().replace("real", "fake"),
            fake.rejected().error().toString());
        assertEquals(List.of("real@db", "again real@db", "fake@db", "again fake@db"), asked);
        assertEquals("not there", fake.rejected().reason());
        if (secret instanceof ScramVerifier && method == AuthMethod.SCRAM_SHA_256) {
          assertTrue(serverFirst(fake).endsWith(",i=" + TestUsers.ITERATIONS));
          assertEquals(
              salt(fake), salt(attempt(authenticator, "fake", "wrong")), "the same at every try");
        }
      }
    }
  }

  private static List<String> shape(Conversation conversation) {
    return conversation.fromServer.stream().map(body -> body[3] + " " + body.length).toList();
  }

  private static String serverFirst(Conversation conversation) {
    return new String(conversation.fromServer.get(1), ISO_8859_1);
  }

  private static String salt(Conversation conversation) {
    return serverFirst(conversation).replaceAll("(?s).*,s=([^,]*),.*", "$1");
  }
}
