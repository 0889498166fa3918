package dev.sluice.it.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of a login: clear text, md5, and SCRAM-SHA-256 (RFC 5802, RFC 7677) without
 * channel binding. For passwords of tests, so without SASLprep.
 */
final class PasswordExchange {
  private final Login login;
  private final String nonce = Long.toHexString(new SplittableRandom().nextLong());
  private byte[] serverSignature = new byte[0];

  PasswordExchange(Login login) {
    this.login = login;
  }

  /** What to send for this request; nothing when the server only tells. */
  Optional<FrontendMessage> answer(BackendMessage.Authentication request) {
    try {
      return switch (request.kind()) {
        case 0 -> Optional.empty();
        case 3 -> Optional.of(secret(password()));
        case 5 -> Optional.of(secret(md5(request.data().toArray())));
        case 10 -> Optional.of(clientFirst());
        case 11 -> Optional.of(clientFinal(request.data().text()));
        case 12 -> {
          checkServer(request.data().text());
          yield Optional.empty();
        }
        default -> throw new AssertionError("authentication request " + request.kind());
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String password() {
    return login.password().orElse("");
  }

  private static FrontendMessage secret(String text) {
    return FrontendMessage.password(Bytes.of(text + '\0'));
  }

  private String md5(byte[] salt) throws GeneralSecurityException {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    String inner =
        HexFormat.of().formatHex(md5.digest((password() + login.user()).getBytes(UTF_8)));
    md5.update(inner.getBytes(UTF_8));
    md5.update(salt);
    return "md5" + HexFormat.of().formatHex(md5.digest());
  }

  private String clientFirstBare() {
    return "n=,r=" + nonce;
  }

  private FrontendMessage clientFirst() {
    byte[] first = ("n,," + clientFirstBare()).getBytes(UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("SCRAM-SHA-256\0".getBytes(UTF_8));
    body.writeBytes(ByteBuffer.allocate(4).putInt(first.length).array());
    body.writeBytes(first);
    return FrontendMessage.password(Bytes.of(body.toByteArray()));
  }

  private FrontendMessage clientFinal(String serverFirst) throws GeneralSecurityException {
    String[] parts = serverFirst.split(",", 3);
    String combinedNonce = parts[0].substring(2);
    if (!combinedNonce.startsWith(nonce)) {
      throw new AssertionError("the server's nonce does not extend ours: " + serverFirst);
    }
    byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
    int iterations = Integer.parseInt(parts[2].substring(2));
    byte[] salted =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(password().toCharArray(), salt, iterations, 256))
            .getEncoded();
    byte[] clientKey = hmac(salted, "Client Key");
    byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
    String withoutProof = "c=biws,r=" + combinedNonce;
    String signed = clientFirstBare() + "," + serverFirst + "," + withoutProof;
    byte[] proof = hmac(storedKey, signed);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientKey[i];
    }
    serverSignature = hmac(hmac(salted, "Server Key"), signed);
    String message = withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    return FrontendMessage.password(Bytes.of(message));
  }

  private void checkServer(String serverFinal) {
    byte[] signature = Base64.getDecoder().decode(serverFinal.substring(2));
    if (!MessageDigest.isEqual(signature, serverSignature)) {
      throw new AssertionError("the server does not know the password");
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }
}
