package dev.sluice.proxy.client;

import io.netty.buffer.ByteBuf;

/** Between transactions, on the way to another event loop. What arrives meanwhile is kept. */
final class MovingState implements ClientState {
  @Override
  public boolean consume(ByteBuf in) {
    return false;
  }

  @Override
  public boolean wantsMore() {
    return false;
  }
}
