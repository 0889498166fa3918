package dev.sluice.proxy.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A statement that SQL's PREPARE made, in the form of a Parse message's body, so that it is kept
 * and shared as those are: the command's text without the statement's name, NUL, a number of
 * parameter types that no Parse can have, and where in the text the name stands and the prepared
 * statement begins.
 */
public final class SqlPrepare {
  private static final short NO_PARSE = -1;
  private static final int TRAILER = Short.BYTES + 2 * Integer.BYTES;

  private SqlPrepare() {}

  /**
   * @param text the command, in the client's encoding
   * @param offset of the name's token in it
   * @param length of the token
   * @param statement where the prepared statement begins
   */
  public static byte[] body(byte[] text, int offset, int length, int statement) {
    int rest = text.length - offset - length;
    ByteBuffer body = ByteBuffer.allocate(offset + rest + 1 + TRAILER);
    body.put(text, 0, offset).put(text, offset + length, rest).put((byte) 0);
    body.putShort(NO_PARSE).putInt(offset).putInt(statement - length);
    return body.array();
  }

  /** Whether a statement's body is of this form. */
  static boolean is(byte[] body, int length) {
    int end = textLength(body, length);
    return length - end - 1 == TRAILER && ByteBuffer.wrap(body).getShort(end + 1) == NO_PARSE;
  }

  private static int textLength(byte[] body, int length) {
    int end = 0;
    while (end < length && body[end] != 0) {
      end++;
    }
    return end;
  }

  /** The command with a name in it, which is quoted here. */
  static byte[] command(byte[] body, byte[] unquoted) {
    byte[] name =
        new String(unquoted, StandardCharsets.ISO_8859_1)
            .replace("\"", "\"\"")
            .getBytes(StandardCharsets.ISO_8859_1);
    int end = textLength(body, body.length);
    int offset = ByteBuffer.wrap(body).getInt(end + 1 + Short.BYTES);
    ByteBuffer command = ByteBuffer.allocate(end + name.length + 2);
    command.put(body, 0, offset).put((byte) '"').put(name).put((byte) '"');
    return command.put(body, offset, end - offset).array();
  }

  /** The text of the prepared statement. */
  static byte[] statement(byte[] body) {
    int end = textLength(body, body.length);
    int start = ByteBuffer.wrap(body).getInt(end + 1 + Short.BYTES + Integer.BYTES);
    return Arrays.copyOfRange(body, Math.clamp(start, 0, end), end);
  }

  /** For people. */
  static String shown(byte[] body, int max) {
    int end = Math.min(max, textLength(body, body.length));
    return new String(body, 0, end, StandardCharsets.UTF_8);
  }
}
