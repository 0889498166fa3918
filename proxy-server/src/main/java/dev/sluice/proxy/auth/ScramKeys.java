package dev.sluice.proxy.auth;

import static java.util.Objects.requireNonNull;

/**
 * The keys of RFC 5802 section 3 with which a SCRAM login succeeds without the password, on every
 * server whose verifier has the same salt and iteration count.
 *
 * @param iterations from 1 to 1,000,000
 * @param salt in base64
 */
public record ScramKeys(int iterations, String salt, SecretBytes clientKey, SecretBytes serverKey)
    implements LoginSecret {

  /** Derives them from a password: {@code iterations} times two hashes of CPU. */
  static ScramKeys derive(SecretBytes password, int iterations, String salt) {
    byte[] saltBytes = requireNonNull(StrictBase64.decode(salt), "salt in base64");
    byte[] saltedPassword = ScramSha256.saltedPassword(password, saltBytes, iterations);
    return new ScramKeys(
        iterations,
        salt,
        SecretBytes.copyOf(ScramSha256.clientKey(saltedPassword)),
        SecretBytes.copyOf(ScramSha256.serverKey(saltedPassword)));
  }

  ScramVerifier verifier() {
    byte[] storedKey = ScramSha256.hash(clientKey.toByteArray());
    return new ScramVerifier(iterations, salt, SecretBytes.copyOf(storedKey), serverKey);
  }
}
