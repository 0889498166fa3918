package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * A random key of this process from which what must look random, yet be the same at every try, is
 * derived per user: the salts of users whose password we have in plain text, and everything about
 * users that do not exist. (PostgreSQL keeps a "mock authentication nonce" for the latter.)
 */
final class ProcessSecret {
  private final SecretBytes key;

  ProcessSecret(SecretBytes key) {
    this.key = key;
  }

  static ProcessSecret random(SecureRandom random) {
    byte[] bytes = new byte[ScramSha256.KEY_LENGTH];
    random.nextBytes(bytes);
    return new ProcessSecret(SecretBytes.copyOf(bytes));
  }

  /** Bytes for one purpose and user, indistinguishable from random ones without the key. */
  byte[] derive(String purpose, String user, int length) {
    byte[] name = user.getBytes(UTF_8);
    byte[] label = purpose.getBytes(UTF_8);
    byte[] result = new byte[length];
    for (int start = 0; start < length; start += ScramSha256.KEY_LENGTH) {
      ByteBuffer input = ByteBuffer.allocate(Integer.BYTES + label.length + 1 + name.length);
      input.putInt(start).put(label).put((byte) 0).put(name);
      byte[] block = ScramSha256.hmac(key.toByteArray(), input.array());
      int count = Math.min(block.length, length - start);
      System.arraycopy(block, 0, result, start, count);
    }
    return result;
  }

  /** A salt for SCRAM, in base64. */
  String salt(String user, int length) {
    return StrictBase64.encode(derive("salt", user, length));
  }

  /** A key that nobody's password leads to. */
  SecretBytes key(String purpose, String user) {
    return SecretBytes.copyOf(derive(purpose, user, ScramSha256.KEY_LENGTH));
  }

  /** A number from 0 to {@code bound - 1}; it moves little when the bound moves little. */
  int choice(String user, int bound) {
    long fraction = ByteBuffer.wrap(derive("choice", user, Integer.BYTES)).getInt() & 0xffff_ffffL;
    return (int) ((fraction * bound) >>> Integer.SIZE);
  }
}
