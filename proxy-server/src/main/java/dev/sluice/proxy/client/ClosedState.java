package dev.sluice.proxy.client;

import io.netty.buffer.ByteBuf;

/** The end: whatever still comes is dropped. */
final class ClosedState implements ClientState {
  static final ClosedState INSTANCE = new ClosedState();

  private ClosedState() {}

  @Override
  public boolean consume(ByteBuf in) {
    in.skipBytes(in.readableBytes());
    return false;
  }
}
