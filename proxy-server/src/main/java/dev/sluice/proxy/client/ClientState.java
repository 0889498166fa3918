package dev.sluice.proxy.client;

import io.netty.buffer.ByteBuf;

/** What a client connection is doing. Called on its event loop. */
sealed interface ClientState
    permits StartupState,
        TlsHandshakeState,
        AuthenticationState,
        WelcomeState,
        IdleState,
        MovingState,
        WaitingState,
        ActiveState,
        DetachedState,
        ConsoleState,
        ReplicationState,
        ClosedState {
  default void enter() {}

  /**
   * Handles what has been received, from the reader index on; what it leaves is offered again with
   * more behind it, or to the next state.
   *
   * @return true if the state has changed and what is left is to be offered to the new one
   */
  boolean consume(ByteBuf in);

  /**
   * False while bytes that are received have to wait for something else than more bytes: then only
   * so many are read.
   */
  default boolean wantsMore() {
    return true;
  }

  /** Nothing of the client runs, is open or is half sent: it could be told to go. */
  default boolean betweenTransactions() {
    return false;
  }

  /** The client can, or can not, take more bytes at the moment. */
  default void clientWritable(boolean writable) {}

  /** The client's connection is gone. The client is in {@link ClosedState} already. */
  default void clientGone() {}

  /**
   * The client asks, from another connection, to cancel what it runs.
   *
   * @param settled to be run, on any event loop, when that can hit nothing any more
   */
  default void cancel(Runnable settled) {
    settled.run();
  }
}
