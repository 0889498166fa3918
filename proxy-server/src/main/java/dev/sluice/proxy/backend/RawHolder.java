package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;

/**
 * Who has a backend for itself from login to close and wants its bytes as they are. Lives on the
 * backend's own event loop.
 */
public interface RawHolder {
  EventExecutor executor();

  /** Bytes arrived; the buffer is handed over. */
  void raw(ByteBuf bytes);

  void rawReadComplete();

  void rawWritable(boolean writable);

  void rawClosed();
}
