package dev.sluice.proxy.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of PasswordMessage (manual, "Message Formats"): one NUL-terminated string. */
final class PasswordMessage {
  /** Far beyond any password, and all of it must be buffered. */
  static final int MAX_LENGTH = 8192;

  private PasswordMessage() {}

  /** The string, or null if the body is not exactly one. */
  static @Nullable SecretBytes parse(byte[] body) {
    int terminator = 0;
    while (terminator < body.length && body[terminator] != 0) {
      terminator++;
    }
    return terminator == body.length - 1
        ? SecretBytes.copyOf(Arrays.copyOf(body, terminator))
        : null;
  }

  static AuthStep.Rejected malformed() {
    return Rejections.violation("the password message is not one NUL-terminated string");
  }
}
