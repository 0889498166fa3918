package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;

/**
 * Nobody has the backend. PostgreSQL may still speak: a changed parameter, a notice, that it shuts
 * down. The pool may lease the backend at that very moment, from another thread: whoever asks the
 * pool first has it.
 */
final class PooledState implements BackendState {
  private final BackendConnection backend;

  PooledState(BackendConnection backend) {
    this.backend = backend;
  }

  @Override
  public void read(ByteBuf in) {
    if (!backend.owner().withdraw(backend)) {
      BackendState current = backend.state();
      if (current != this) {
        current.read(in);
      } else if (!new UnaskedMessages(backend).harmless(in)) {
        // Taken out of the pool to be looked at; who is about to do so finds it closed.
        backend.channel().close();
      }
      return;
    }
    if (new UnaskedMessages(backend).harmless(in)) {
      backend.owner().available(backend);
    } else {
      backend.close();
    }
  }

  @Override
  public void readComplete() {}

  @Override
  public void writabilityChanged(boolean writable) {}

  @Override
  public void closed() {
    if (backend.owner().withdraw(backend)) {
      backend.discardLost();
    } else if (backend.state() instanceof LeasedState leased) {
      // Leased at this very moment: its holder has to know.
      leased.closed();
    }
  }
}
