package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The server's half of one SCRAM-SHA-256 exchange (RFC 5802 section 5): {@link #onClientFirst},
 * {@link #onClientFinal}, {@link #verify}, each once and in this order. Messages are in ISO 8859-1.
 *
 * <p>Salt and iteration count are enough for the first two, so that the keys may still be on their
 * way when the exchange begins.
 */
final class ScramServer {
  private final int iterations;
  private final String salt;
  private final String nonce;
  private final @Nullable ChannelBinding binding;
  private boolean bind;
  private String gs2Header = "";
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String combinedNonce = "";

  /**
   * @param salt in base64
   * @param nonce our part of the nonce: fresh, random, printable, without commas
   * @param binding null if none was offered
   */
  ScramServer(int iterations, String salt, String nonce, @Nullable ChannelBinding binding) {
    this.iterations = iterations;
    this.salt = salt;
    this.nonce = nonce;
    this.binding = binding;
  }

  /** Before the first message: whether the client has chosen the mechanism with channel binding. */
  void bind(boolean chosen) {
    bind = chosen;
  }

  /**
   * After the first message: the client could bind and believes that we cannot, though we said so.
   * Somebody in between has changed the list of mechanisms.
   */
  boolean downgraded() {
    return binding != null && gs2Header.startsWith("y");
  }

  /** Takes client-first-message and answers server-first-message. */
  String onClientFirst(String message) throws ScramException {
    int bareStart = readGs2Header(message);
    gs2Header = message.substring(0, bareStart);
    clientFirstBare = message.substring(bareStart);

    ScramAttributes attributes = new ScramAttributes(clientFirstBare);
    if (attributes.nextName() == 'm') {
      throw new ScramException("a mandatory extension is demanded that is not known");
    }
    // The name is that of the startup message; PostgreSQL ignores this one, and libpq leaves it
    // empty.
    attributes.value('n');
    String clientNonce = ScramAttributes.requireNonce(attributes.value('r'));
    attributes.skipExtensions();

    combinedNonce = clientNonce + nonce;
    serverFirst = "r=" + combinedNonce + ",s=" + salt + ",i=" + iterations;
    return serverFirst;
  }

  /** Takes client-final-message. */
  ClientFinal onClientFinal(String message) throws ScramException {
    ScramAttributes attributes = new ScramAttributes(message);
    String sent = attributes.value('c');
    boolean bound = sent.equals(StrictBase64.encode(expectedBinding()));
    if (!bound && !bind) {
      throw new ScramException("the channel binding is not that of the first message");
    }
    if (!attributes.value('r').equals(combinedNonce)) {
      throw new ScramException("the nonce is not that of this exchange");
    }
    while (!attributes.atEnd() && attributes.nextName() != 'p') {
      attributes.skipExtension();
    }
    int proofStart = attributes.position();
    byte[] proof = ScramAttributes.requireKey(attributes.value('p'), "proof");
    if (!attributes.atEnd()) {
      throw new ScramException("the proof is not the last attribute");
    }
    String withoutProof = message.substring(0, proofStart - 1);
    return new ClientFinal(withoutProof, SecretBytes.copyOf(proof), bound);
  }

  private byte[] expectedBinding() {
    byte[] header = gs2Header.getBytes(ISO_8859_1);
    return bind && binding != null ? binding.behind(header) : header;
  }

  /** Checks the proof; null if it is wrong. The verifier must be of our salt and iterations. */
  @Nullable Proven verify(ClientFinal clientFinal, ScramVerifier verifier) {
    String authMessage = clientFirstBare + "," + serverFirst + "," + clientFinal.withoutProof();
    byte[] signed = authMessage.getBytes(ISO_8859_1);
    byte[] storedKey = verifier.storedKey().toByteArray();
    byte[] clientSignature = ScramSha256.hmac(storedKey, signed);
    byte[] clientKey = ScramSha256.xor(clientFinal.proof().toByteArray(), clientSignature);
    byte[] serverKey = verifier.serverKey().toByteArray();
    byte[] serverSignature = ScramSha256.hmac(serverKey, signed);
    if (!MessageDigest.isEqual(ScramSha256.hash(clientKey), storedKey)) {
      return null;
    }
    ScramKeys keys =
        new ScramKeys(
            iterations, salt, SecretBytes.copyOf(clientKey), SecretBytes.copyOf(serverKey));
    return new Proven("v=" + StrictBase64.encode(serverSignature), keys);
  }

  /** The length of the GS2 header, which says what the client thinks of channel binding. */
  private int readGs2Header(String message) throws ScramException {
    if (bind) {
      return readBindingHeader(message);
    }
    if (message.startsWith("n,,") || message.startsWith("y,,")) {
      return 3;
    }
    if (message.startsWith("p=")) {
      throw new ScramException(
          binding == null
              ? "channel binding is asked for, which was not offered"
              : "channel binding is asked for with the mechanism that has none");
    }
    if (message.startsWith("n,a=") || message.startsWith("y,a=")) {
      throw new ScramException("an authorization identity is given, which is not supported");
    }
    throw new ScramException("the message does not start with a GS2 header");
  }

  private static int readBindingHeader(String message) throws ScramException {
    if (message.startsWith(ChannelBinding.GS2_HEADER)) {
      return ChannelBinding.GS2_HEADER.length();
    }
    throw new ScramException(
        message.startsWith("p=")
            ? "channel binding of another type than " + ChannelBinding.TYPE + " is asked for"
            : "channel binding is missing, which the mechanism has");
  }

  /**
   * A well-formed client-final-message of this exchange, its proof not checked yet.
   *
   * @param bound false if the client sees another certificate than ours
   */
  record ClientFinal(String withoutProof, SecretBytes proof, boolean bound) {}

  /** server-final-message, and the keys that the right proof gave away. */
  record Proven(String serverFinal, ScramKeys keys) {}
}
