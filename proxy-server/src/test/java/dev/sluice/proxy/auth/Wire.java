package dev.sluice.proxy.auth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** What a step writes, as the bodies of the messages that the other side is fed. */
final class Wire {
  private Wire() {}

  static byte[] bytes(AuthMessages messages) {
    ByteBuf out = Unpooled.buffer();
    messages.writeTo(out);
    return ByteBufUtil.getBytes(out);
  }

  /** The bodies, of messages that all have this type. */
  static List<byte[]> bodies(AuthMessages messages, char type) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes(messages));
    List<byte[]> bodies = new ArrayList<>();
    while (in.isReadable()) {
      char found = (char) in.readByte();
      if (found != type) {
        throw new AssertionError("a message of type " + found + " instead of " + type);
      }
      byte[] body = new byte[in.readInt() - Integer.BYTES];
      in.readBytes(body);
      bodies.add(body);
    }
    return bodies;
  }

  static byte[] body(AuthMessages messages, char type) {
    List<byte[]> bodies = bodies(messages, type);
    if (bodies.size() != 1) {
      throw new AssertionError(bodies.size() + " messages instead of one");
    }
    return bodies.getFirst();
  }
}
