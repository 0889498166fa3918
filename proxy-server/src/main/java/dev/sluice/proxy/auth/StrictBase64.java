package dev.sluice.proxy.auth;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 with its padding and nothing beside it, as RFC 5802 section 5.1 demands. */
final class StrictBase64 {
  private StrictBase64() {}

  /** The bytes, or null if the text is not their one canonical encoding. */
  static byte @Nullable [] decode(String text) {
    try {
      byte[] decoded = Base64.getDecoder().decode(text);
      // The decoder lets missing padding and stray low bits pass.
      return encode(decoded).equals(text) ? decoded : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
