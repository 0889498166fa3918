package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;

/** Somebody has the backend for good and takes its bytes as they come. */
final class RawState implements BackendState {
  private final RawHolder holder;

  RawState(RawHolder holder) {
    this.holder = holder;
  }

  @Override
  public void read(ByteBuf in) {
    holder.raw(in);
  }

  @Override
  public void readComplete() {
    holder.rawReadComplete();
  }

  @Override
  public void writabilityChanged(boolean writable) {
    holder.rawWritable(writable);
  }

  @Override
  public void closed() {
    holder.rawClosed();
  }
}
