package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;

/** What a backend connection is doing. Called on its channel's event loop. */
sealed interface BackendState
    permits LoginState,
        PooledState,
        MovingState,
        LeasedState,
        TaskState,
        DrainState,
        InquiryState,
        RawState,
        ClosedState {
  /** Bytes arrived; the buffer is handed over. */
  void read(ByteBuf in);

  void readComplete();

  void writabilityChanged(boolean writable);

  /** The channel is closed. The connection is in {@link ClosedState} already. */
  void closed();
}
