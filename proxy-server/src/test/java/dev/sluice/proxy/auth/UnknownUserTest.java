package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.TestUsers.DIRECT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A name that does not exist looks like one that does, with a wrong password. */
final class UnknownUserTest {
  @Test
  void isAskedAndRefusedLikeARealOne() {
    for (AuthMethod method : TestUsers.ASKING) {
      for (Secret secret :
          List.of(
              PlainText.of("right"), TestUsers.md5("real", "right"), TestUsers.verifier("right"))) {
        CountingExecutor work = new CountingExecutor();
        Authenticator authenticator =
            Authenticator.create(method, TestUsers.of("real", secret), work);
        work.count = 0;
        Conversation real = attempt(authenticator, "real");
        int workForReal = work.count;
        work.count = 0;
        Conversation unknown = attempt(authenticator, "fake");
        String what = method + " with " + secret;
        assertEquals(shape(real), shape(unknown), what);
        assertEquals(workForReal, work.count, what);
        assertEquals(
            real.rejected().error().toString().replace("real", "fake"),
            unknown.rejected().error().toString(),
            what);
      }
    }
  }

  @Test
  void keepsItsSaltFromLoginToLoginAndThroughReloads() {
    UsersFile users = TestUsers.of("real", TestUsers.verifier("right"));
    Authenticator authenticator = Authenticator.create(AuthMethod.SCRAM_SHA_256, users, DIRECT);
    String salt = saltOf(authenticator, "fake");
    assertEquals(salt, saltOf(authenticator, "fake"));
    assertEquals(salt, saltOf(authenticator.reloaded(AuthMethod.SCRAM_SHA_256, users), "fake"));
    assertNotEquals(salt, saltOf(authenticator, "faker"));
    assertNotEquals(
        salt,
        saltOf(Authenticator.create(AuthMethod.SCRAM_SHA_256, users, DIRECT), "fake"),
        "another process");
  }

  @Test
  void aUserInPlainTextKeepsItsSaltToo() {
    UsersFile users = TestUsers.of("real", PlainText.of("right"));
    Authenticator authenticator = Authenticator.create(AuthMethod.SCRAM_SHA_256, users, DIRECT);
    String salt = saltOf(authenticator, "real");
    assertEquals(salt, saltOf(authenticator, "real"));
    Authenticator reloaded = authenticator.reloaded(AuthMethod.SCRAM_SHA_256, UsersFile.empty());
    assertEquals(salt, saltOf(reloaded, "real"), "also when the user is gone");
  }

  @Test
  void takesTheFormsOfRealSecretsInTheirProportion() {
    Map<String, Secret> secrets = new HashMap<>();
    ScramVerifier few = TestUsers.verifier("right");
    ScramVerifier many =
        new ScramVerifier(2 * TestUsers.ITERATIONS, few.salt(), few.storedKey(), few.serverKey());
    for (int i = 0; i < 30; i++) {
      secrets.put("few" + i, few);
      secrets.put("many" + i, many);
    }
    Authenticator authenticator =
        Authenticator.create(AuthMethod.SCRAM_SHA_256, TestUsers.of(secrets), DIRECT);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String serverFirst = serverFirst(authenticator, "fake" + i);
      seen.add(serverFirst.substring(serverFirst.lastIndexOf("i=")));
    }
    assertEquals(Set.of("i=" + TestUsers.ITERATIONS, "i=" + 2 * TestUsers.ITERATIONS), seen);
  }

  @Test
  void nobodyLogsInWithAStandIn() {
    Authenticator authenticator =
        Authenticator.create(
            AuthMethod.SCRAM_SHA_256, TestUsers.of("real", TestUsers.verifier("x")), DIRECT);
    Account<ScramSource> account =
        new Account<>("fake", ScramSource.of(TestUsers.verifier("known")), "has no secret");
    ClientAuthentication login =
        new ClientAuthentication(new ScramExchange(account, "nonce", null));
    Conversation right = Conversation.run(login, TestUsers.client("fake", "known"));
    assertEquals(attempt(authenticator, "fake").rejected().error(), right.rejected().error());
    assertEquals("has no secret", right.rejected().reason());
  }

  @Test
  void aUserWithAnEmptySecretIsLikeAnUnknownOne() {
    UsersFile.Result parsed =
        UsersFile.parse(Path.of("users.txt"), "\"none\" \"\"\n".getBytes(ISO_8859_1));
    UsersFile users = ((UsersFile.Loaded) parsed).users();
    for (AuthMethod method : TestUsers.ASKING) {
      Authenticator authenticator = Authenticator.create(method, users, DIRECT);
      assertEquals(shape(attempt(authenticator, "none")), shape(attempt(authenticator, "fake")));
    }
  }

  private static Conversation attempt(Authenticator authenticator, String user) {
    return Conversation.run(authenticator.begin(user), TestUsers.client(user, "wrong"));
  }

  /** The server's messages with what is random taken out. */
  private static List<String> shape(Conversation conversation) {
    List<String> shape = new ArrayList<>();
    for (byte[] body : conversation.fromServer) {
      if (body[3] == 5) {
        body = new byte[] {0, 0, 0, 5, 's', 'a', 'l', 't'};
      }
      String text = new String(body, ISO_8859_1);
      String salt = text.contains(",s=") ? text.replaceAll(".*,s=([^,]*),.*", "$1") : "";
      shape.add(
          body.length
              + " "
              + text.replaceAll("r=[^,]*", "r=nonce")
                  .replaceAll(",s=[^,]*", ",s=" + salt.length()));
    }
    return shape;
  }

  private static String serverFirst(Authenticator authenticator, String user) {
    Conversation conversation = attempt(authenticator, user);
    assertTrue(conversation.fromServer.size() >= 2);
    return new String(conversation.fromServer.get(1), ISO_8859_1);
  }

  private static String saltOf(Authenticator authenticator, String user) {
    return serverFirst(authenticator, user).replaceAll("(?s).*,s=([^,]*),.*", "$1");
  }

  private static final class CountingExecutor implements Executor {
    private int count;

    @Override
    public void execute(Runnable task) {
      count++;
      task.run();
    }
  }
}
