package dev.sluice.proxy.client;

import dev.sluice.proxy.backend.BackendConnection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what goes to a backend from pieces of what the client sent and messages of Sluice's
 * own. What the client sent goes on as it is, in one piece and uncopied, unless something had to be
 * put in between; then short pieces are copied next to it, for one buffer is written faster than
 * three.
 */
final class RequestWriter {
  private static final int COPY_UP_TO = 2048;

  private BackendConnection backend;
  private @Nullable ByteBuf own;

  RequestWriter(BackendConnection backend) {
    this.backend = backend;
  }

  /** What is written from now on goes to another backend. */
  void attach(BackendConnection leased) {
    assert own == null : "bytes for the last backend are left";
    backend = leased;
  }

  /** Where to put a message of Sluice's own, behind everything written so far. */
  ByteBuf own() {
    if (own == null) {
      own = backend.channel().alloc().ioBuffer(512);
    }
    return own;
  }

  /** Appends a piece of what the client sent. */
  void piece(ByteBuf in, int index, int length) {
    if (length == 0) {
      return;
    }
    if (own != null && length <= COPY_UP_TO) {
      own.writeBytes(in, index, length);
    } else {
      end();
      backend.write(in.retainedSlice(index, length));
    }
  }

  /** True when nothing is waiting to be written. */
  boolean isEmpty() {
    return own == null;
  }

  /** Hands over what is collected. */
  void end() {
    if (own != null) {
      ByteBuf collected = own;
      own = null;
      backend.write(collected);
    }
  }
}
