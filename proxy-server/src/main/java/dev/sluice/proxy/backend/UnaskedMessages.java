package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.BackendType;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What PostgreSQL may send to an idle session (manual, "Asynchronous Operations"). */
final class UnaskedMessages {
  private final BackendConnection backend;

  UnaskedMessages(BackendConnection backend) {
    this.backend = backend;
  }

  /**
   * Takes the buffer over. False if the backend must not be used again: it said something that ends
   * a session, or that makes no sense, or only half a message.
   */
  boolean harmless(ByteBuf in) {
    try {
      while (in.readableBytes() >= Frames.HEADER) {
        byte type = in.readByte();
        int length = in.readInt() - 4;
        if (length < 0 || in.readableBytes() < length) {
          return false;
        }
        ByteBuf body = in.readSlice(length);
        switch (type) {
          case BackendType.NOTICE, BackendType.NOTIFICATION -> {}
          case BackendType.PARAMETER_STATUS -> {
            String[] parts = body.toString(StandardCharsets.UTF_8).split("\0", 3);
            if (parts.length != 3) {
              return false;
            }
            backend.session().reported(parts[0], parts[1]);
          }
          case BackendType.ERROR -> {
            ErrorMessage error = ErrorMessage.parse(body);
            if (error != null) {
              backend.lastWords(error);
            }
            return false;
          }
          default -> {
            return false;
          }
        }
      }
      return !in.isReadable();
    } finally {
      in.release();
    }
  }
}
