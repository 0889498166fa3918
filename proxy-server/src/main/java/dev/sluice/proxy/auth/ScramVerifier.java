package dev.sluice.proxy.auth;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL stores of a SCRAM-SHA-256 password (manual, pg_authid): enough to check a proof,
 * not enough to make one.
 *
 * @param iterations from 1 to 1,000,000
 * @param salt in base64
 */
public record ScramVerifier(
    int iterations, String salt, SecretBytes storedKey, SecretBytes serverKey) implements Secret {
  static final String PREFIX = "SCRAM-SHA-256$";

  private static final Pattern FORM =
      Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,7}):([^:$]+)\\$([^:$]+):([^:$]+)");

  /** Reads {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}; null if it is not that. */
  public static @Nullable ScramVerifier parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int iterations = Integer.parseInt(requireNonNull(matcher.group(1)));
    String salt = requireNonNull(matcher.group(2));
    SecretBytes storedKey = key(requireNonNull(matcher.group(3)));
    SecretBytes serverKey = key(requireNonNull(matcher.group(4)));
    if (iterations < 1
        || iterations > ScramSha256.MAX_ITERATIONS
        || StrictBase64.decode(salt) == null
        || storedKey == null
        || serverKey == null) {
      return null;
    }
    return new ScramVerifier(iterations, salt, storedKey, serverKey);
  }

  /** Whether this is the verifier of a password. Costs a key derivation. */
  boolean matches(SecretBytes password) {
    return ScramKeys.derive(password, iterations, salt).verifier().storedKey().equals(storedKey);
  }

  private static @Nullable SecretBytes key(String base64) {
    byte[] bytes = StrictBase64.decode(base64);
    return bytes != null && bytes.length == ScramSha256.KEY_LENGTH
        ? SecretBytes.copyOf(bytes)
        : null;
  }
}
