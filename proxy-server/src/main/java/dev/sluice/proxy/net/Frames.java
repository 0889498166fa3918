package dev.sluice.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What was received and could not be handled yet: the beginning of a message that is not there
 * whole, or messages that have to wait.
 */
public final class Frames {
  /** Type byte and length word. */
  public static final int HEADER = 5;

  private Frames() {}

  /**
   * Joins what was left with what came. Takes both over and returns what is to be released or kept
   * by the caller.
   */
  public static ByteBuf join(ByteBufAllocator allocator, @Nullable ByteBuf left, ByteBuf in) {
    if (left == null) {
      return in;
    }
    try {
      if (left.refCnt() == 1 && left.writableBytes() >= in.readableBytes()) {
        left.writeBytes(in);
        return left;
      }
      int needed = left.readableBytes() + in.readableBytes();
      ByteBuf joined = allocator.ioBuffer(Math.max(needed, wanted(left)));
      joined.writeBytes(left).writeBytes(in);
      left.release();
      return joined;
    } finally {
      in.release();
    }
  }

  /**
   * What remains of a buffer after its first messages were handled: null when nothing does. A small
   * rest is copied, for a slice of it would keep the whole receive buffer alive. Takes the buffer
   * over.
   */
  public static @Nullable ByteBuf rest(ByteBufAllocator allocator, ByteBuf in) {
    int readable = in.readableBytes();
    if (readable == 0) {
      in.release();
      return null;
    }
    if (in.readerIndex() == 0 || readable > in.capacity() / 2) {
      return in;
    }
    ByteBuf rest = allocator.ioBuffer(readable);
    rest.writeBytes(in);
    in.release();
    return rest;
  }

  /**
   * Room for the whole first message, so that a long one is joined in linear time; at most 1 MiB.
   */
  private static int wanted(ByteBuf left) {
    if (left.readableBytes() < HEADER) {
      return 0;
    }
    int length = left.getInt(left.readerIndex() + 1);
    return length < 4
        ? 0
        : Math.max(
            Math.min(length + 1, 1 << 20),
            Math.min(2 * left.readableBytes(), Integer.MAX_VALUE / 2));
  }
}
