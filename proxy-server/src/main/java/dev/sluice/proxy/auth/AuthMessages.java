package dev.sluice.proxy.auth;

import io.netty.buffer.ByteBuf;

/** Messages that are written when their receiver's buffer is there. Writes the same every time. */
@FunctionalInterface
public interface AuthMessages {
  void writeTo(ByteBuf out);
}
