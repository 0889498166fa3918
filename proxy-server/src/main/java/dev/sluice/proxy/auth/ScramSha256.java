package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The functions of RFC 5802 section 3 with SHA-256 (RFC 7677). */
final class ScramSha256 {
  static final String MECHANISM = "SCRAM-SHA-256";

  /** Bytes of every key, signature and proof. */
  static final int KEY_LENGTH = 32;

  /** PostgreSQL's own default ({@code scram_iterations}). */
  static final int DEFAULT_ITERATIONS = 4096;

  static final int DEFAULT_SALT_LENGTH = 16;

  /**
   * A million iterations take about a second of CPU. PostgreSQL has no limit, so a hostile or
   * mistaken server could otherwise keep a thread busy for half an hour with one message.
   */
  static final int MAX_ITERATIONS = 1_000_000;

  private static final String HMAC = "HmacSHA256";

  private ScramSha256() {}

  /** {@code Hi(Normalize(password), salt, iterations)}: the one expensive function here. */
  static byte[] saltedPassword(SecretBytes password, byte[] salt, int iterations) {
    // The JDK's PBKDF2 takes characters; a password that is not UTF-8 goes in as its raw bytes.
    Mac mac = mac(SaslPrep.normalize(password.toByteArray()));
    mac.update(salt);
    byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] result = block.clone();
    for (int i = 1; i < iterations; i++) {
      block = mac.doFinal(block);
      for (int j = 0; j < result.length; j++) {
        result[j] ^= block[j];
      }
    }
    return result;
  }

  static byte[] clientKey(byte[] saltedPassword) {
    return hmac(saltedPassword, "Client Key".getBytes(US_ASCII));
  }

  static byte[] serverKey(byte[] saltedPassword) {
    return hmac(saltedPassword, "Server Key".getBytes(US_ASCII));
  }

  static byte[] hash(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available in this Java runtime", e);
    }
  }

  static byte[] hmac(byte[] key, byte[] data) {
    return mac(key).doFinal(data);
  }

  static byte[] xor(byte[] left, byte[] right) {
    byte[] result = left.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= right[i];
    }
    return result;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      // JCA refuses an empty key. HMAC pads keys with zeros, so that one zero is the same key.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
      return mac;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(HMAC + " is not available in this Java runtime", e);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HMAC takes keys of any length", e);
    }
  }
}
