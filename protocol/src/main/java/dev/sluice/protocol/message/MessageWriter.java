package dev.sluice.protocol.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Framing shared by both directions: a tag, a length that counts itself but not the tag, a body.
 */
final class MessageWriter {
  private MessageWriter() {}

  /** Starts a message and returns the index of its length, which {@link #end} fills in. */
  static int begin(ByteBuf out, byte tag) {
    out.writeByte(tag);
    return beginUntagged(out);
  }

  static int beginUntagged(ByteBuf out) {
    int lengthIndex = out.writerIndex();
    out.writeInt(0);
    return lengthIndex;
  }

  static void end(ByteBuf out, int lengthIndex) {
    out.setInt(lengthIndex, out.writerIndex() - lengthIndex);
  }

  /** Writes a message without a body. */
  static void bare(ByteBuf out, byte tag) {
    out.writeByte(tag);
    out.writeInt(4);
  }

  static void string(ByteBuf out, String value) {
    ByteBufUtil.writeUtf8(out, value);
    out.writeByte(0);
  }

  /**
   * Refuses what the wire cannot carry. Called for every string before the first byte of a message
   * is written, so that a refused message leaves nothing in the buffer.
   *
   * @throws IllegalArgumentException if a NUL would end the string early and turn its rest into
   *     something else
   */
  static void requireNoNul(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("NUL inside a string of a protocol message");
    }
  }

  static void requireNoNul(String first, String second) {
    requireNoNul(first);
    requireNoNul(second);
  }

  /**
   * Counts of columns, parameters and formats are 16 bits wide, and PostgreSQL reads them unsigned.
   */
  static void count(ByteBuf out, int count) {
    out.writeShort(count);
  }

  static void requireCount(int count) {
    if (count > 0xffff) {
      throw new IllegalArgumentException("more than 65535 entries in a protocol message: " + count);
    }
  }
}
