package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.TestUsers.DIRECT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Logins that end as they should, for every method and every kind of secret. */
final class AuthenticatorTest {
  private static final String PASSWORD = "s3cret";

  @Test
  void theRightPasswordIsLetInAndHandedOnAsFarAsItIsKnown() {
    PlainText plain = PlainText.of(PASSWORD);
    Md5Hash md5 = TestUsers.md5("u", PASSWORD);
    ScramVerifier verifier = TestUsers.verifier(PASSWORD);
    ScramKeys keys =
        ScramKeys.derive(SecretBytes.utf8(PASSWORD), verifier.iterations(), verifier.salt());

    assertEquals(plain, login(AuthMethod.TRUST, plain));
    assertEquals(md5, login(AuthMethod.TRUST, md5));
    assertEquals(new NoSecret(), login(AuthMethod.TRUST, verifier));
    assertEquals(plain, login(AuthMethod.PASSWORD, plain));
    assertEquals(plain, login(AuthMethod.PASSWORD, md5));
    assertEquals(plain, login(AuthMethod.PASSWORD, verifier));
    assertEquals(plain, login(AuthMethod.MD5, plain));
    assertEquals(md5, login(AuthMethod.MD5, md5));
    assertEquals(keys, login(AuthMethod.MD5, verifier), "md5 becomes SCRAM for a verifier");
    assertEquals(plain, login(AuthMethod.SCRAM_SHA_256, plain));
    assertEquals(keys, login(AuthMethod.SCRAM_SHA_256, verifier));
  }

  @Test
  void aWrongPasswordIsRefusedWithTheOneMessage() {
    for (AuthMethod method : TestUsers.ASKING) {
      for (Secret secret : secrets()) {
        Authenticator authenticator =
            Authenticator.create(method, TestUsers.of("u", secret), DIRECT);
        AuthStep.Rejected rejected =
            Conversation.run(authenticator.begin("u"), TestUsers.client("u", "s3cres")).rejected();
        assertTrue(rejected.error().is(SqlState.INVALID_PASSWORD));
        assertEquals("password authentication failed for user \"u\"", rejected.error().message());
      }
    }
  }

  @Test
  void anMd5SecretDoesNotServeScram() {
    Authenticator authenticator =
        Authenticator.create(
            AuthMethod.SCRAM_SHA_256, TestUsers.of("u", TestUsers.md5("u", PASSWORD)), DIRECT);
    AuthStep.Rejected rejected =
        Conversation.run(authenticator.begin("u"), TestUsers.client("u", PASSWORD)).rejected();
    assertEquals("password authentication failed for user \"u\"", rejected.error().message());
    assertTrue(rejected.reason().contains("md5"), rejected.reason());
  }

  @Test
  void whatALoginYieldsOpensTheNextServer() {
    ScramVerifier verifier = TestUsers.verifier(PASSWORD);
    LoginCredentials scram = new LoginCredentials("u", login(AuthMethod.SCRAM_SHA_256, verifier));
    Authenticator postgresql =
        Authenticator.create(AuthMethod.SCRAM_SHA_256, TestUsers.of("u", verifier), DIRECT);
    Conversation.run(postgresql.begin("u"), TestUsers.client(scram)).authenticated();

    Md5Hash md5 = TestUsers.md5("u", PASSWORD);
    LoginCredentials hashed = new LoginCredentials("u", login(AuthMethod.MD5, md5));
    Authenticator old = Authenticator.create(AuthMethod.MD5, TestUsers.of("u", md5), DIRECT);
    Conversation.run(old.begin("u"), TestUsers.client(hashed)).authenticated();
  }

  @Test
  void randomPasswordsLogInAndTheirNeighboursDoNot() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      String password = randomPassword(random);
      String wrong = password + (char) ('a' + random.nextInt(26));
      String user = "user " + i;
      List<Secret> secrets =
          List.of(
              PlainText.of(password), TestUsers.md5(user, password), TestUsers.verifier(password));
      for (AuthMethod method : TestUsers.ASKING) {
        Secret secret = secrets.get(random.nextInt(secrets.size()));
        if (method == AuthMethod.SCRAM_SHA_256 && secret instanceof Md5Hash) {
          continue;
        }
        Authenticator authenticator =
            Authenticator.create(method, TestUsers.of(user, secret), DIRECT);
        String what = "seed " + seed + ", method " + method + ", password " + password;
        assertInstanceOf(
            AuthStep.Authenticated.class,
            Conversation.run(authenticator.begin(user), TestUsers.client(user, password)).outcome(),
            what);
        assertInstanceOf(
            AuthStep.Rejected.class,
            Conversation.run(authenticator.begin(user), TestUsers.client(user, wrong)).outcome(),
            what);
      }
    }
  }

  @Test
  void verifiersOfPlainTextAreDerivedOnceAndSurviveAReload() {
    List<Runnable> tasks = new ArrayList<>();
    UsersFile users = TestUsers.of(Map.of("a", PlainText.of("x"), "b", PlainText.of("y")));
    Authenticator first = Authenticator.create(AuthMethod.SCRAM_SHA_256, users, tasks::add);
    assertEquals(1, tasks.size(), "in the background, one after the other");
    int ran = 0;
    while (!tasks.isEmpty()) {
      tasks.removeFirst().run();
      ran++;
    }
    Conversation.run(first.begin("a"), TestUsers.client("a", "x")).authenticated();
    Conversation.run(first.begin("b"), TestUsers.client("b", "y")).authenticated();
    assertTrue(tasks.isEmpty(), "after " + ran + " tasks nothing is left to derive");

    UsersFile changed = TestUsers.of(Map.of("a", PlainText.of("x"), "b", PlainText.of("z")));
    Authenticator second = first.reloaded(AuthMethod.SCRAM_SHA_256, changed);
    Conversation.run(second.begin("a"), TestUsers.client("a", "x")).authenticated();
    assertEquals(1, tasks.size(), "only the changed password");
    while (!tasks.isEmpty()) {
      tasks.removeFirst().run();
    }
    Conversation.run(second.begin("b"), TestUsers.client("b", "z")).authenticated();
    Conversation.run(second.begin("b"), TestUsers.client("b", "y")).rejected();
  }

  @Test
  void aLoginBeforeItsVerifierIsDerivedWaitsForIt() {
    List<Runnable> tasks = new ArrayList<>();
    Authenticator authenticator =
        Authenticator.create(
            AuthMethod.SCRAM_SHA_256, TestUsers.of("a", PlainText.of("x")), tasks::add);
    ClientAuthentication login = authenticator.begin("a");
    BackendAuthentication client = TestUsers.client("a", "x");
    AuthStep step = login.start();
    for (int i = 0; i < 2; i++) {
      AuthStep.Send send = assertInstanceOf(AuthStep.Send.class, step);
      byte[] request = Wire.body(send.messages(), 'R');
      var answer =
          assertInstanceOf(
              BackendAuthStep.Send.class, client.onRequest(Unpooled.wrappedBuffer(request)));
      step = login.onResponse(Unpooled.wrappedBuffer(Wire.body(answer.message(), 'p')));
    }
    AuthStep.Pending pending = assertInstanceOf(AuthStep.Pending.class, step);
    tasks.removeFirst().run();
    assertInstanceOf(AuthStep.Authenticated.class, pending.step().resultNow());
  }

  @Test
  void md5ChallengesDiffer() {
    Authenticator authenticator =
        Authenticator.create(AuthMethod.MD5, TestUsers.of("u", PlainText.of("x")), DIRECT);
    byte[] first = Wire.bytes(((AuthStep.Send) authenticator.begin("u").start()).messages());
    byte[] second = Wire.bytes(((AuthStep.Send) authenticator.begin("u").start()).messages());
    assertEquals(first.length, second.length);
    assertTrue(!Arrays.equals(first, second));
    ClientAuthentication login = authenticator.begin("u");
    AuthMessages messages = ((AuthStep.Send) login.start()).messages();
    assertArrayEquals(Wire.bytes(messages), Wire.bytes(messages), "written twice, the same");
  }

  private static LoginSecret login(AuthMethod method, Secret secret) {
    Authenticator authenticator = Authenticator.create(method, TestUsers.of("u", secret), DIRECT);
    LoginCredentials credentials =
        Conversation.run(authenticator.begin("u"), TestUsers.client("u", PASSWORD))
            .authenticated()
            .credentials();
    assertEquals("u", credentials.user());
    return credentials.secret();
  }

  private static List<Secret> secrets() {
    return List.of(
        PlainText.of(PASSWORD), TestUsers.md5("u", PASSWORD), TestUsers.verifier(PASSWORD));
  }

  private static String randomPassword(Random random) {
    StringBuilder password = new StringBuilder();
    int length = 1 + random.nextInt(40);
    while (password.length() < length) {
      int codePoint = 1 + random.nextInt(random.nextBoolean() ? 127 : 0x2FFF);
      if (Character.getType(codePoint) != Character.SURROGATE) {
        password.appendCodePoint(codePoint);
      }
    }
    return password.toString();
  }
}
