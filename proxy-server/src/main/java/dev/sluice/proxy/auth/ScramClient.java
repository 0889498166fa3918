package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of one SCRAM-SHA-256 exchange (RFC 5802 section 5): {@link #first}, {@link
 * #onServerFirst}, {@link #finalMessage}, {@link #onServerFinal}, each once and in this order.
 * Messages are in ISO 8859-1.
 */
final class ScramClient {
  private final String nonce;
  private final @Nullable ChannelBinding binding;
  private String gs2Header = "n,,";
  private boolean bind;
  private String serverFirst = "";
  private String combinedNonce = "";
  private byte[] expectedSignature = {};

  /**
   * @param nonce our part of the nonce: fresh, random, printable, without commas
   * @param binding null if we cannot bind to the channel
   */
  ScramClient(String nonce, @Nullable ChannelBinding binding) {
    this.nonce = nonce;
    this.binding = binding;
  }

  /**
   * Chooses from what the server offers, and says in the first message what we think of channel
   * binding: that we do it, that the server cannot, or that we cannot.
   *
   * @param offered whether the server offers channel binding
   * @return whether we bind
   */
  boolean choose(boolean offered) {
    bind = offered && binding != null;
    gs2Header = bind ? ChannelBinding.GS2_HEADER : binding != null ? "y,," : "n,,";
    return bind;
  }

  String first() {
    return gs2Header + firstBare();
  }

  private String firstBare() {
    // PostgreSQL takes the user from the startup message.
    return "n=,r=" + nonce;
  }

  /** Takes server-first-message: what the keys must be derived with. */
  ServerFirst onServerFirst(String message) throws ScramException {
    ScramAttributes attributes = new ScramAttributes(message);
    if (attributes.nextName() == 'm') {
      throw new ScramException("a mandatory extension is demanded that is not known");
    }
    combinedNonce = ScramAttributes.requireNonce(attributes.value('r'));
    if (!combinedNonce.startsWith(nonce) || combinedNonce.length() == nonce.length()) {
      throw new ScramException("the server's nonce does not extend ours");
    }
    String salt = attributes.value('s');
    if (salt.isEmpty() || StrictBase64.decode(salt) == null) {
      throw new ScramException("the salt is not base64");
    }
    int iterations = iterations(attributes.value('i'));
    attributes.skipExtensions();
    serverFirst = message;
    return new ServerFirst(iterations, salt);
  }

  /** client-final-message, with the proof that we have the keys. */
  String finalMessage(ScramKeys keys) {
    byte[] header = gs2Header.getBytes(ISO_8859_1);
    byte[] bound = bind && binding != null ? binding.behind(header) : header;
    String withoutProof = "c=" + StrictBase64.encode(bound) + ",r=" + combinedNonce;
    byte[] signed = (firstBare() + "," + serverFirst + "," + withoutProof).getBytes(ISO_8859_1);
    byte[] clientKey = keys.clientKey().toByteArray();
    byte[] clientSignature = ScramSha256.hmac(ScramSha256.hash(clientKey), signed);
    expectedSignature = ScramSha256.hmac(keys.serverKey().toByteArray(), signed);
    return withoutProof + ",p=" + StrictBase64.encode(ScramSha256.xor(clientKey, clientSignature));
  }

  /** Takes server-final-message: only a server that knows our verifier can have written it. */
  void onServerFinal(String message) throws ScramException {
    ScramAttributes attributes = new ScramAttributes(message);
    if (attributes.nextName() == 'e') {
      throw new ScramException("the server says \"" + printable(attributes.value('e')) + "\"");
    }
    byte[] signature = ScramAttributes.requireKey(attributes.value('v'), "signature");
    attributes.skipExtensions();
    if (!MessageDigest.isEqual(signature, expectedSignature)) {
      throw new ScramException("the server's signature is wrong");
    }
  }

  private static int iterations(String digits) throws ScramException {
    int iterations = digits.matches("[1-9][0-9]{0,6}") ? Integer.parseInt(digits) : 0;
    if (iterations < 1 || iterations > ScramSha256.MAX_ITERATIONS) {
      throw new ScramException(
          "the iteration count is not from 1 to " + ScramSha256.MAX_ITERATIONS);
    }
    return iterations;
  }

  private static String printable(String text) {
    return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^ -~]", "?");
  }

  /**
   * What the server's verifier was made with.
   *
   * @param salt in base64
   */
  record ServerFirst(int iterations, String salt) {}
}
