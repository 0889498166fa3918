package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;

/** The end: whatever still comes is dropped. */
final class ClosedState implements BackendState {
  static final ClosedState INSTANCE = new ClosedState();

  private ClosedState() {}

  @Override
  public void read(ByteBuf in) {
    in.release();
  }

  @Override
  public void readComplete() {}

  @Override
  public void writabilityChanged(boolean writable) {}

  @Override
  public void closed() {}
}
