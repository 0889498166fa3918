package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of SASLInitialResponse (manual, "Message Formats").
 *
 * @param data the mechanism's first message; null if the client sends none yet
 */
@SuppressWarnings("ArrayRecordComponent")
record SaslInitialResponse(String mechanism, byte @Nullable [] data) {
  /** The body's parts, or null if its lengths do not fit. */
  static @Nullable SaslInitialResponse parse(byte[] body) {
    int terminator = 0;
    while (terminator < body.length && body[terminator] != 0) {
      terminator++;
    }
    int dataStart = terminator + 1 + Integer.BYTES;
    if (dataStart > body.length) {
      return null;
    }
    int length = ByteBuffer.wrap(body).getInt(terminator + 1);
    boolean absent = length == -1;
    if (body.length - dataStart != (absent ? 0 : length)) {
      return null;
    }
    String mechanism = new String(body, 0, terminator, US_ASCII);
    return new SaslInitialResponse(
        mechanism, absent ? null : Arrays.copyOfRange(body, dataStart, body.length));
  }
}
