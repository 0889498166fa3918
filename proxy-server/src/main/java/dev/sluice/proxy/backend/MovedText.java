package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A name in a client's text has been replaced by another before PostgreSQL got it: what an error
 * says of the name, and of a place in the text, is put right for the client (manual, "Error and
 * Notice Message Fields", M, and P: characters, from 1 on).
 *
 * @param own the client's name
 * @param given the name in its place
 * @param from the place of the name
 * @param by how many characters longer the text behind it is
 * @param inner what else is to be undone, if the text is not carried out
 */
public record MovedText(String own, String given, int from, int by, @Nullable Undoable inner)
    implements Undoable {
  private static final byte POSITION = 'P';
  private static final byte MESSAGE = 'M';

  /** The same with something to undo. */
  public MovedText with(@Nullable Undoable undoable) {
    return new MovedText(own, given, from, by, undoable);
  }

  @Override
  public void undo(boolean failed) {
    if (inner != null) {
      inner.undo(failed);
    }
  }

  /**
   * An ErrorResponse as the client is to have it, in a buffer of its own.
   *
   * @param message the whole, well-formed
   */
  ByteBuf inPlaceOf(ByteBuf message, ByteBufAllocator allocator) {
    ByteBuf out = allocator.ioBuffer(message.readableBytes());
    out.writeByte(message.readByte());
    int lengthAt = out.writerIndex();
    out.writeInt(message.readInt());
    byte field;
    while (message.isReadable() && (field = message.readByte()) != 0) {
      ByteBuf value = message.readSlice(message.bytesBefore((byte) 0));
      message.skipBytes(1);
      out.writeByte(field);
      if (field == POSITION) {
        out.writeCharSequence(moved(value), StandardCharsets.US_ASCII);
      } else if (field == MESSAGE) {
        out.writeCharSequence(renamed(value), StandardCharsets.ISO_8859_1);
      } else {
        out.writeBytes(value);
      }
      out.writeByte(0);
    }
    out.writeByte(0);
    return out.setInt(lengthAt, out.writerIndex() - lengthAt);
  }

  /** Byte by byte: the rest is in the client's encoding, whichever that is. */
  private String renamed(ByteBuf value) {
    String asClientWrote =
        new String(own.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return value
        .toString(StandardCharsets.ISO_8859_1)
        .replace('"' + given + '"', '"' + asClientWrote + '"');
  }

  private String moved(ByteBuf value) {
    String position = value.toString(StandardCharsets.US_ASCII);
    try {
      int number = Integer.parseInt(position);
      return number > from ? Integer.toString(number - by) : position;
    } catch (NumberFormatException e) {
      return position;
    }
  }
}
