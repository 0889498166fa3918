package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.TestUsers.DIRECT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.AuthStep.Authenticated;
import dev.sluice.proxy.auth.AuthStep.Pending;
import dev.sluice.proxy.auth.AuthStep.Rejected;
import dev.sluice.proxy.auth.AuthStep.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What clients send that they should not. */
final class ClientAuthenticationTest {
  private static final String SERVER_NONCE = "server-nonce";
  private static final ScramVerifier VERIFIER = TestUsers.verifier("right");

  @Test
  void everyTruncationAndMutationOfAScramLoginIsRefused() {
    List<byte[]> right = rightScramMessages();
    assertInstanceOf(Authenticated.class, replay(right), "the recording itself");

    for (int message = 0; message < right.size(); message++) {
      byte[] original = right.get(message);
      for (int length = 0; length < original.length; length++) {
        refused(replaced(right, message, Arrays.copyOf(original, length)));
      }
      refused(replaced(right, message, Arrays.copyOf(original, original.length + 1)));
      for (int index = 0; index < original.length; index++) {
        for (int value = 0; value < 256; value++) {
          if ((byte) value != original[index]) {
            byte[] mutated = original.clone();
            mutated[index] = (byte) value;
            refused(replaced(right, message, mutated));
          }
        }
      }
    }
  }

  @Test
  void randomMessagesAreRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] message = new byte[random.nextInt(60)];
      random.nextBytes(message);
      AuthMethod method = TestUsers.ASKING.get(random.nextInt(TestUsers.ASKING.size()));
      ClientAuthentication login = login(method, VERIFIER);
      login.start();
      AuthStep step = login.onResponse(Unpooled.wrappedBuffer(message));
      assertInstanceOf(Rejected.class, settled(step), "seed " + seed + ", " + method);
    }
  }

  @Test
  void scramMessagesThatBreakTheRulesAreRefusedAsSuch() {
    String first = "n,,n=,r=abc";
    violation(scram("p=tls-server-end-point,,n=,r=abc"), "channel binding is asked for");
    violation(scram("n,a=admin,n=,r=abc"), "authorization identity");
    violation(scram("n=,r=abc"), "GS2 header");
    violation(scram("n,,m=x,n=,r=abc"), "mandatory extension");
    violation(scram("n,,r=abc"), "\"n\" is missing");
    violation(scram("n,,n=,r="), "nonce is empty");
    violation(scram("n,,n=,r=a b"), "not printable");
    violation(scram("n,,n=,r=\u00e4"), "not printable");
    violation(scram("n,,n=,r=abc,"), "does not start with a letter");
    violation(scram("n,,n=,r=abc,?=x"), "does not start with a letter");
    violation(scram("n,,n=,r=abc,xy"), "not followed by");
    String nonce = "r=abc" + SERVER_NONCE;
    String proof = ",p=" + StrictBase64.encode(new byte[32]);
    violation(scram(first, "c=eSws," + nonce + proof), "binding is not that of the first");
    violation(scram(first, "c=biws,r=abcd" + proof), "nonce is not that");
    violation(scram(first, "c=biws," + nonce), "\"p\" is missing");
    violation(scram(first, "c=biws," + nonce + ",p=AAAA"), "32 bytes");
    violation(scram(first, "c=biws," + nonce + proof + ",x=y"), "not the last");
    wrongPassword(scram(first, "c=biws," + nonce + proof));
    wrongPassword(scram(first, "c=biws," + nonce + ",x=y" + proof));
    wrongPassword(scram("y,,n=,r=abc", "c=eSws," + nonce + proof));
    wrongPassword(scram("n,,n=ignored=2C,r=abc,x=y", "c=biws," + nonce + proof));
  }

  @Test
  void anotherMechanismIsRefused() {
    ClientAuthentication login = scramLogin();
    login.start();
    byte[] plus = initialResponse("SCRAM-SHA-256-PLUS", "n,,n=,r=abc");
    violation(login.onResponse(Unpooled.wrappedBuffer(plus)), "invalid SASL authentication");
  }

  @Test
  void aClientMaySendNothingWithTheMechanism() {
    ClientAuthentication login = scramLogin();
    login.start();
    byte[] name = "SCRAM-SHA-256\0".getBytes(ISO_8859_1);
    byte[] empty = ByteBuffer.allocate(name.length + 4).put(name).putInt(-1).array();
    Send challenge = assertInstanceOf(Send.class, login.onResponse(Unpooled.wrappedBuffer(empty)));
    assertEquals(4, Wire.body(challenge.messages(), 'R').length, "an empty challenge");

    List<byte[]> right = rightScramMessages();
    byte[] first = "n,,n=,r=client-nonce".getBytes(ISO_8859_1);
    assertInstanceOf(Send.class, login.onResponse(Unpooled.wrappedBuffer(first)));
    assertInstanceOf(Authenticated.class, login.onResponse(Unpooled.wrappedBuffer(right.get(1))));
  }

  @Test
  void passwordsThatAreNoPasswordsAreRefused() {
    for (AuthMethod method : List.of(AuthMethod.PASSWORD, AuthMethod.MD5)) {
      violation(answer(method, ""), "NUL-terminated");
      violation(answer(method, "right"), "NUL-terminated");
      violation(answer(method, "right\0\0"), "NUL-terminated");
      violation(answer(method, "ri\0ght\0"), "NUL-terminated");
      violation(answer(method, "x".repeat(1_000_000) + "\0"), "longer than");
      Rejected empty = assertInstanceOf(Rejected.class, answer(method, "\0"));
      assertTrue(empty.error().is(SqlState.INVALID_PASSWORD));
    }
  }

  @Test
  void aSaslMessageBeyondPostgresqlsLimitIsRefused() {
    ClientAuthentication login = scramLogin();
    login.start();
    byte[] huge = initialResponse("SCRAM-SHA-256", "n,,n=,r=" + "x".repeat(2000));
    violation(login.onResponse(Unpooled.wrappedBuffer(huge)), "longer than 1024 bytes");
  }

  @Test
  void nothingIsTakenBeforeTheQuestionOrAfterTheEnd() {
    ByteBuf password = Unpooled.copiedBuffer("right\0", ISO_8859_1);
    ClientAuthentication early = login(AuthMethod.PASSWORD, PlainText.of("right"));
    violation(early.onResponse(password.duplicate()), "nobody asked for");

    ClientAuthentication trusted = login(AuthMethod.TRUST, PlainText.of("right"));
    assertInstanceOf(Authenticated.class, trusted.start());
    violation(trusted.onResponse(password.duplicate()), "nobody asked for");

    ClientAuthentication done = login(AuthMethod.PASSWORD, PlainText.of("right"));
    done.start();
    assertInstanceOf(Authenticated.class, done.onResponse(password.duplicate()));
    violation(done.onResponse(password.duplicate()), "nobody asked for");

    ClientAuthentication failed = login(AuthMethod.PASSWORD, PlainText.of("other"));
    failed.start();
    wrongPassword(failed.onResponse(password.duplicate()));
    violation(failed.onResponse(password.duplicate()), "nobody asked for");
    assertThrows(IllegalStateException.class, failed::start);
  }

  @Test
  void whoDoesNotWaitForPendingWorkIsRefused() {
    List<Runnable> tasks = new ArrayList<>();
    Authenticator authenticator =
        Authenticator.create(AuthMethod.PASSWORD, TestUsers.of("u", VERIFIER), tasks::add);
    ClientAuthentication login = authenticator.begin("u");
    login.start();
    ByteBuf password = Unpooled.copiedBuffer("right\0", ISO_8859_1);
    Pending pending = assertInstanceOf(Pending.class, login.onResponse(password.duplicate()));
    violation(login.onResponse(password.duplicate()), "nobody asked for");
    tasks.getFirst().run();
    violation(pending.step().resultNow(), "the login is over");
  }

  @Test
  void anExecutorThatTakesNoWorkRefusesTheLogin() {
    Authenticator authenticator =
        Authenticator.create(
            AuthMethod.PASSWORD,
            TestUsers.of("u", VERIFIER),
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    ClientAuthentication login = authenticator.begin("u");
    login.start();
    ByteBuf password = Unpooled.copiedBuffer("right\0", ISO_8859_1);
    Rejected rejected =
        assertInstanceOf(Rejected.class, settled(login.onResponse(password.duplicate())));
    assertTrue(rejected.error().is(SqlState.INTERNAL_ERROR));
  }

  private static ClientAuthentication login(AuthMethod method, Secret secret) {
    return Authenticator.create(method, TestUsers.of("u", secret), DIRECT).begin("u");
  }

  /** A login of which our nonce is known. */
  private static ClientAuthentication scramLogin() {
    ScramSource source = ScramSource.of(VERIFIER);
    return new ClientAuthentication(
        new ScramExchange(new Account<>("u", source, null), SERVER_NONCE, null));
  }

  private static AuthStep answer(AuthMethod method, String body) {
    ClientAuthentication login = login(method, PlainText.of("right"));
    login.start();
    return login.onResponse(Unpooled.copiedBuffer(body, ISO_8859_1));
  }

  private static AuthStep scram(String first, String... then) {
    List<byte[]> messages = new ArrayList<>();
    messages.add(initialResponse(ScramSha256.MECHANISM, first));
    for (String message : then) {
      messages.add(message.getBytes(ISO_8859_1));
    }
    return replay(messages);
  }

  private static byte[] initialResponse(String mechanism, String data) {
    byte[] name = (mechanism + "\0").getBytes(ISO_8859_1);
    byte[] bytes = data.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(name.length + 4 + bytes.length)
        .put(name)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static List<byte[]> rightScramMessages() {
    LoginCredentials credentials = LoginCredentials.withPassword("u", "right");
    BackendScram scram =
        new BackendScram(
            credentials, new ScramClient("client-nonce", null), new ScramKeyCache(1, DIRECT));
    Conversation conversation =
        Conversation.run(scramLogin(), new BackendAuthentication(credentials, scram));
    conversation.authenticated();
    return conversation.fromClient;
  }

  private static List<byte[]> replaced(List<byte[]> messages, int index, byte[] message) {
    List<byte[]> replaced = new ArrayList<>(messages);
    replaced.set(index, message);
    return replaced;
  }

  /** The step after the last message that was still asked for. */
  private static AuthStep replay(List<byte[]> messages) {
    ClientAuthentication login = scramLogin();
    AuthStep step = login.start();
    for (byte[] message : messages) {
      if (step instanceof Send) {
        step = login.onResponse(Unpooled.wrappedBuffer(message));
      }
    }
    return step;
  }

  private static void refused(List<byte[]> messages) {
    assertInstanceOf(
        Rejected.class,
        replay(messages),
        () -> messages.stream().map(bytes -> new String(bytes, ISO_8859_1)).toList().toString());
  }

  private static AuthStep settled(AuthStep step) {
    return step instanceof Pending pending ? pending.step().resultNow() : step;
  }

  private static void violation(AuthStep step, String part) {
    Rejected rejected = assertInstanceOf(Rejected.class, step);
    assertTrue(rejected.error().is(SqlState.PROTOCOL_VIOLATION), rejected::toString);
    assertTrue(rejected.reason().contains(part), rejected::toString);
  }

  private static void wrongPassword(AuthStep step) {
    Rejected rejected = assertInstanceOf(Rejected.class, step);
    assertTrue(rejected.error().is(SqlState.INVALID_PASSWORD), rejected::toString);
  }
}
