package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one message's body, none of which is believed before it is checked.
 *
 * <p>A body that is not laid out as its type demands is a {@link ProtocolViolation}; text that is
 * not UTF-8 is an ordinary error, as in PostgreSQL.
 */
final class MessageReader {
  private final String message;
  private final ByteBuf body;

  /**
   * A reader at the start of a body.
   *
   * @param message its name, for errors
   * @param body what follows the length; its reader index moves
   */
  MessageReader(String message, ByteBuf body) {
    this.message = message;
    this.body = body;
  }

  byte readByte() throws ProtocolViolation {
    require(Byte.BYTES);
    return body.readByte();
  }

  /** A count, which is 16 bits wide and unsigned. */
  int readCount() throws ProtocolViolation {
    require(Short.BYTES);
    return body.readUnsignedShort();
  }

  int readInt() throws ProtocolViolation {
    require(Integer.BYTES);
    return body.readInt();
  }

  /** Passes over a value with its length; a length of -1 is NULL. */
  void skipValue() throws ProtocolViolation {
    int length = readInt();
    if (length < -1) {
      throw violation("has a value of length " + length);
    }
    if (length > 0) {
      require(length);
      body.skipBytes(length);
    }
  }

  String readString() throws ProtocolViolation, ConsoleException {
    int length = body.bytesBefore((byte) 0);
    if (length < 0) {
      throw violation("has a string without its end");
    }
    ByteBuffer bytes = body.nioBuffer(body.readerIndex(), length);
    body.skipBytes(length + 1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw ConsoleErrors.error(
          SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\"");
    }
  }

  void expectEnd() throws ProtocolViolation {
    if (body.isReadable()) {
      throw violation("has " + body.readableBytes() + " bytes too many");
    }
  }

  ProtocolViolation violation(String problem) {
    return new ProtocolViolation(message + " message " + problem);
  }

  private void require(int bytes) throws ProtocolViolation {
    if (body.readableBytes() < bytes) {
      throw violation("ends too early");
    }
  }
}
