package dev.sluice.protocol.sql;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns an identifier's token into the name that PostgreSQL makes of it: manual, "Identifiers and
 * Key Words".
 */
final class Identifiers {
  /** NAMEDATALEN - 1: longer names are cut, silently but for a notice. */
  private static final int MAX_BYTES = 63;

  private Identifiers() {}

  /** Null if the token is not the name of anything: empty, or not UTF-8. */
  static @Nullable NamedStatementUse use(
      NamedStatementUse.Kind kind, byte[] text, int textStart, int tokenStart, int tokenEnd) {
    String name = name(text, tokenStart, tokenEnd);
    return name == null
        ? null
        : new NamedStatementUse(kind, name, tokenStart - textStart, tokenEnd - tokenStart);
  }

  /** The name that a token stands for; null if it is none. */
  static @Nullable String name(byte[] text, int start, int end) {
    byte[] name = new byte[end - start];
    int length =
        text[start] == '"' ? unquote(text, start, end, name) : fold(text, start, end, name);
    if (length > MAX_BYTES) {
      length = MAX_BYTES;
      // Not in the middle of a character.
      while (length > 0 && (name[length] & 0xC0) == 0x80) {
        length--;
      }
    }
    if (length == 0) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(name, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static int unquote(byte[] text, int start, int end, byte[] name) {
    int length = 0;
    for (int i = start + 1; i < end - 1; i++) {
      name[length++] = text[i];
      if (text[i] == '"') {
        i++;
      }
    }
    return length;
  }

  private static int fold(byte[] text, int start, int end, byte[] name) {
    for (int i = start; i < end; i++) {
      name[i - start] = (byte) Chars.foldInName(text[i]);
    }
    return end - start;
  }
}
