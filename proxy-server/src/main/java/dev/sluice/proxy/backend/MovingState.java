package dev.sluice.proxy.backend;

import dev.sluice.proxy.net.ChannelMove;
import dev.sluice.proxy.net.ReadGate;
import io.netty.buffer.ByteBuf;

/** Nobody has the backend, and it is on its way to another event loop. */
final class MovingState implements BackendState {
  private static final long RETRY_MILLIS = 1;

  private final BackendConnection backend;
  private final LoopHome to;
  private boolean spoilt;

  MovingState(BackendConnection backend, LoopHome to) {
    this.backend = backend;
    this.to = to;
  }

  void begin(ReadGate gate) {
    if (ChannelMove.possible(backend.channel())) {
      ChannelMove.start(backend.channel(), gate, to.eventLoop(), this::arrived);
    } else {
      // Something may be on its way to PostgreSQL still, which will take it in a moment.
      backend.after(
          RETRY_MILLIS,
          () -> {
            if (backend.state() == this) {
              begin(gate);
            }
          });
    }
  }

  private void arrived() {
    if (backend.state() != this) {
      return;
    }
    backend.settled(to);
    if (spoilt) {
      backend.close();
    } else {
      backend.owner().available(backend);
    }
  }

  @Override
  public void read(ByteBuf in) {
    spoilt |= !new UnaskedMessages(backend).harmless(in);
  }

  @Override
  public void readComplete() {}

  @Override
  public void writabilityChanged(boolean writable) {}

  @Override
  public void closed() {
    backend.discardLost();
  }
}
