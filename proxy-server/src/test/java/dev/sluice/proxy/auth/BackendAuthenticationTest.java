package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.TestUsers.DIRECT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.BackendAuthStep.Await;
import dev.sluice.proxy.auth.BackendAuthStep.Failed;
import dev.sluice.proxy.auth.BackendAuthStep.Ok;
import dev.sluice.proxy.auth.BackendAuthStep.Pending;
import dev.sluice.proxy.auth.BackendAuthStep.Send;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What servers send that they should not, and what they ask that we cannot give. */
final class BackendAuthenticationTest {
  private static final byte[] OK = request(0, "");
  private static final byte[] CLEARTEXT = request(3, "");
  private static final byte[] MD5 = request(5, "salt");
  private static final byte[] SASL = request(10, "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
  private static final String NONCE = "client-nonce";
  private static final LoginCredentials PLAIN = LoginCredentials.withPassword("u", "right");

  private final ScramKeyCache keys = new ScramKeyCache(8, DIRECT);

  @Test
  void trustAsksNothing() {
    assertInstanceOf(Ok.class, feed(login(LoginCredentials.withoutSecret("u")), OK));
  }

  @Test
  void passwordsAreSentAsPostgresqlExpectsThem() {
    BackendAuthentication clear = login(PLAIN);
    assertEquals("right\0", sent(feed(clear, CLEARTEXT)));
    assertInstanceOf(Ok.class, feed(clear, OK));

    // md5(md5("right" "u") "salt"), worked out with md5sum.
    String response = "md52a05e35a60997128b06a83cedfc3485e\0";
    BackendAuthentication hashed = login(PLAIN);
    assertEquals(response, sent(feed(hashed, MD5)));
    assertInstanceOf(Ok.class, feed(hashed, OK));
    LoginCredentials passedThrough = new LoginCredentials("u", TestUsers.md5("u", "right"));
    assertEquals(response, sent(feed(login(passedThrough), MD5)));
  }

  @Test
  void whatASecretDoesNotServeFailsAndSaysSo() {
    LoginCredentials none = LoginCredentials.withoutSecret("u");
    LoginCredentials md5 = new LoginCredentials("u", TestUsers.md5("u", "right"));
    LoginCredentials scram =
        new LoginCredentials(
            "u", ScramKeys.derive(SecretBytes.utf8("right"), TestUsers.ITERATIONS, TestUsers.SALT));
    failed(feed(login(none), CLEARTEXT), "the password in clear text");
    failed(feed(login(none), MD5), "an md5 password");
    failed(feed(login(none), SASL), "SCRAM-SHA-256");
    failed(feed(login(md5), CLEARTEXT), "the password in clear text");
    failed(feed(login(md5), SASL), "SCRAM-SHA-256");
    failed(feed(login(scram), CLEARTEXT), "the password in clear text");
    failed(feed(login(scram), MD5), "an md5 password");

    BackendAuthentication otherVerifier = login(scram);
    feed(otherVerifier, SASL);
    failed(
        feed(otherVerifier, request(11, "r=" + NONCE + "x,s=" + TestUsers.SALT + ",i=4096")),
        "another salt or iteration count");
  }

  @Test
  void methodsThatAreNotSupportedFailWithTheirName() {
    failed(feed(login(PLAIN), request(2, "")), "Kerberos V5");
    failed(feed(login(PLAIN), request(6, "")), "SCM credentials");
    failed(feed(login(PLAIN), request(7, "")), "GSSAPI");
    failed(feed(login(PLAIN), request(8, "x")), "GSSAPI");
    failed(feed(login(PLAIN), request(9, "")), "SSPI");
    failed(feed(login(PLAIN), request(77, "")), "authentication request 77");
    failed(feed(login(PLAIN), request(10, "SCRAM-SHA-256-PLUS\0\0")), "SCRAM-SHA-256-PLUS");
  }

  @Test
  void aServerThatSkipsItsProofIsNotBelieved() {
    BackendAuthentication beforeFirst = login(PLAIN);
    feed(beforeFirst, SASL);
    failed(feed(beforeFirst, OK), "without proving");

    BackendAuthentication beforeFinal = login(PLAIN);
    feed(beforeFinal, SASL);
    assertInstanceOf(Send.class, feed(beforeFinal, serverFirst()));
    failed(feed(beforeFinal, OK), "without proving");

    BackendAuthentication wrongSignature = login(PLAIN);
    feed(wrongSignature, SASL);
    feed(wrongSignature, serverFirst());
    String signature = StrictBase64.encode(new byte[32]);
    failed(feed(wrongSignature, request(12, "v=" + signature)), "signature is wrong");
    failed(feed(wrongSignature, OK), "out of turn");
  }

  @Test
  void scramMessagesThatBreakTheRulesFail() {
    String salt = ",s=" + TestUsers.SALT;
    scramFailed("r=other-nonce" + salt + ",i=32", "does not extend ours");
    scramFailed("r=" + NONCE + salt + ",i=32", "does not extend ours");
    scramFailed("r=" + NONCE + "x,s=,i=32", "salt is not base64");
    scramFailed("r=" + NONCE + "x,s=%%%,i=32", "salt is not base64");
    scramFailed("r=" + NONCE + "x" + salt + ",i=0", "from 1 to 1000000");
    scramFailed("r=" + NONCE + "x" + salt + ",i=-1", "from 1 to 1000000");
    scramFailed("r=" + NONCE + "x" + salt + ",i=1000001", "from 1 to 1000000");
    scramFailed("r=" + NONCE + "x" + salt + ",i=10000000000", "from 1 to 1000000");
    scramFailed("r=" + NONCE + "x" + salt, "\"i\" is missing");
    scramFailed("m=x,r=" + NONCE + "x" + salt + ",i=32", "mandatory extension");

    BackendAuthentication refused = login(PLAIN);
    feed(refused, SASL);
    feed(refused, serverFirst());
    failed(feed(refused, request(12, "e=other-error\u0007")), "the server says \"other-error?\"");
  }

  @Test
  void messagesOutOfTurnFail() {
    failed(feed(login(PLAIN), serverFirst()), "out of turn");
    failed(feed(login(PLAIN), request(12, "v=x")), "out of turn");

    BackendAuthentication twice = login(PLAIN);
    feed(twice, CLEARTEXT);
    failed(feed(twice, MD5), "out of turn");

    BackendAuthentication over = login(PLAIN);
    assertInstanceOf(Ok.class, feed(over, OK));
    failed(feed(over, OK), "out of turn");
  }

  @Test
  void malformedMessagesFail() {
    failed(feed(login(PLAIN), new byte[0]), "broke the protocol");
    failed(feed(login(PLAIN), new byte[] {0, 0, 0}), "broke the protocol");
    failed(feed(login(PLAIN), request(0, "x")), "broke the protocol");
    failed(feed(login(PLAIN), request(3, "x")), "broke the protocol");
    failed(feed(login(PLAIN), request(5, "sal")), "broke the protocol");
    failed(feed(login(PLAIN), request(5, "salty")), "broke the protocol");
    failed(feed(login(PLAIN), request(10, "SCRAM-SHA-256")), "broke the protocol");
    failed(feed(login(PLAIN), request(10, "SCRAM-SHA-256\0")), "broke the protocol");
    failed(feed(login(PLAIN), request(10, "SCRAM-SHA-256\0\0x")), "broke the protocol");
    failed(feed(login(PLAIN), request(11, "x".repeat(100_000))), "broke the protocol");
  }

  @Test
  void noTruncationOrMutationOfAScramLoginIsTakenForSuccess() {
    List<byte[]> right = rightScramMessages();
    assertInstanceOf(Ok.class, replay(right), "the recording itself");
    for (int message = 0; message < right.size(); message++) {
      byte[] original = right.get(message);
      for (int length = 0; length < original.length; length++) {
        notOk(replaced(right, message, Arrays.copyOf(original, length)));
      }
      for (int index = 0; index < original.length; index++) {
        for (int value = 0; value < 256; value++) {
          boolean inIgnoredName =
              message == 0 && index >= 4 && index < 4 + "SCRAM-SHA-256-PLUS".length();
          if ((byte) value != original[index] && !inIgnoredName) {
            byte[] mutated = original.clone();
            mutated[index] = (byte) value;
            notOk(replaced(right, message, mutated));
          }
        }
      }
    }
  }

  @Test
  void randomMessagesNeverThrow() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      BackendAuthentication login = login(PLAIN);
      for (int j = 0; j < 4; j++) {
        byte[] data = new byte[random.nextInt(40)];
        random.nextBytes(data);
        byte[] body =
            random.nextBoolean()
                ? data
                : ByteBuffer.allocate(4 + data.length).putInt(random.nextInt(13)).put(data).array();
        assertNotNull(feed(login, body), "seed " + seed);
      }
    }
  }

  @Test
  void manyDialsDeriveTheirKeysOnce() {
    List<Runnable> tasks = new ArrayList<>();
    BackendAuthenticator authenticator = new BackendAuthenticator(tasks::add);
    Authenticator postgresql =
        Authenticator.create(
            AuthMethod.SCRAM_SHA_256, TestUsers.of("u", TestUsers.verifier("right")), DIRECT);
    List<Pending> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(assertInstanceOf(Pending.class, untilKeys(authenticator, postgresql)));
    }
    assertEquals(1, tasks.size());
    assertFalse(waiting.getFirst().step().isDone());
    tasks.getFirst().run();
    for (Pending pending : waiting) {
      assertInstanceOf(Send.class, pending.step().resultNow());
    }
    assertInstanceOf(Send.class, untilKeys(authenticator, postgresql));
    assertEquals(1, tasks.size());
  }

  @Test
  void anExecutorThatTakesNoWorkFailsTheLogin() {
    BackendAuthenticator authenticator =
        new BackendAuthenticator(
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    Authenticator postgresql =
        Authenticator.create(
            AuthMethod.SCRAM_SHA_256, TestUsers.of("u", TestUsers.verifier("right")), DIRECT);
    Pending pending = assertInstanceOf(Pending.class, untilKeys(authenticator, postgresql));
    failed(pending.step().resultNow(), "could not be derived");
  }

  @Test
  void aServerThatDoesNotWaitForUsFails() {
    List<Runnable> tasks = new ArrayList<>();
    BackendAuthentication login = new BackendAuthenticator(tasks::add).begin(PLAIN);
    String first = sent(feed(login, SASL));
    String nonce = first.substring(first.indexOf("r=") + 2);
    Pending pending =
        assertInstanceOf(
            Pending.class,
            feed(login, request(11, "r=" + nonce + "x,s=" + TestUsers.SALT + ",i=32")));
    failed(feed(login, OK), "out of turn");
    tasks.getFirst().run();
    failed(pending.step().resultNow(), "the login is over");
  }

  @Test
  void theCacheOfKeysIsBounded() {
    ScramKeyCache cache = new ScramKeyCache(2, DIRECT);
    var first = cache.keys(SecretBytes.utf8("a"), 1, TestUsers.SALT);
    cache.keys(SecretBytes.utf8("b"), 1, TestUsers.SALT);
    assertEquals(first, cache.keys(SecretBytes.utf8("a"), 1, TestUsers.SALT));
    cache.keys(SecretBytes.utf8("c"), 1, TestUsers.SALT);
    assertEquals(2, cache.size());
    assertEquals(
        first, cache.keys(SecretBytes.utf8("a"), 1, TestUsers.SALT), "b was used longer ago");
  }

  private static BackendAuthStep untilKeys(
      BackendAuthenticator authenticator, Authenticator postgresql) {
    BackendAuthentication login = authenticator.begin(PLAIN);
    ClientAuthentication server = postgresql.begin("u");
    AuthStep.Send offer = (AuthStep.Send) server.start();
    Send first = assertInstanceOf(Send.class, feed(login, Wire.body(offer.messages(), 'R')));
    AuthStep challenge = server.onResponse(Unpooled.wrappedBuffer(Wire.body(first.message(), 'p')));
    return feed(login, Wire.body(((AuthStep.Send) challenge).messages(), 'R'));
  }

  /** A login of which our nonce is known. */
  private BackendAuthentication login(LoginCredentials credentials) {
    BackendScram scram = new BackendScram(credentials, new ScramClient(NONCE, null), keys);
    return new BackendAuthentication(credentials, scram);
  }

  private List<byte[]> rightScramMessages() {
    ScramSource source = ScramSource.of(TestUsers.verifier("right"));
    ClientAuthentication server =
        new ClientAuthentication(new ScramExchange(new Account<>("u", source, null), "x", null));
    Conversation conversation = Conversation.run(server, login(PLAIN));
    conversation.authenticated();
    return replaced(conversation.fromServer, 0, SASL);
  }

  private static byte[] serverFirst() {
    return request(11, "r=" + NONCE + "x,s=" + TestUsers.SALT + ",i=" + TestUsers.ITERATIONS);
  }

  private static byte[] request(int code, String data) {
    byte[] bytes = data.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(4 + bytes.length).putInt(code).put(bytes).array();
  }

  private static BackendAuthStep feed(BackendAuthentication login, byte[] body) {
    return login.onRequest(Unpooled.wrappedBuffer(body));
  }

  private static String sent(BackendAuthStep step) {
    Send send = assertInstanceOf(Send.class, step);
    return new String(Wire.body(send.message(), 'p'), ISO_8859_1);
  }

  private static List<byte[]> replaced(List<byte[]> messages, int index, byte[] message) {
    List<byte[]> replaced = new ArrayList<>(messages);
    replaced.set(index, message);
    return replaced;
  }

  /** The last step; nothing is fed to a login that failed. */
  private BackendAuthStep replay(List<byte[]> messages) {
    BackendAuthentication login = login(PLAIN);
    BackendAuthStep step = new Await();
    for (byte[] message : messages) {
      if (step instanceof Send || step instanceof Await) {
        step = feed(login, message);
        step = step instanceof Pending pending ? pending.step().resultNow() : step;
      }
    }
    return step;
  }

  private void notOk(List<byte[]> messages) {
    BackendAuthStep step = replay(messages);
    assertInstanceOf(
        Failed.class,
        step,
        () -> String.join(" / ", messages.stream().map(HexFormat.of()::formatHex).toList()));
  }

  private void scramFailed(String serverFirst, String part) {
    BackendAuthentication login = login(PLAIN);
    assertInstanceOf(Send.class, feed(login, SASL));
    failed(feed(login, request(11, serverFirst)), part);
  }

  private static void failed(BackendAuthStep step, String part) {
    Failed failed = assertInstanceOf(Failed.class, step);
    assertTrue(failed.error().is(SqlState.CLIENT_UNABLE_TO_CONNECT), failed::toString);
    assertTrue(String.valueOf(failed.error().detail()).contains(part), failed::toString);
  }
}
