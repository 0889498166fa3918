package dev.sluice.proxy.client;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.ByteBuf;

/** Waits for a backend. What the client sends meanwhile is kept, up to max-queued-bytes. */
final class WaitingState implements ClientState {
  private final ClientConnection client;

  WaitingState(ClientConnection client) {
    this.client = client;
  }

  @Override
  public boolean consume(ByteBuf in) {
    return answerPrepare(in);
  }

  /**
   * Answers a Parse and its Sync without a backend, if PostgreSQL has parsed that statement before.
   * A client that holds up others while it waits for a prepare (pgbench -M prepared does: one
   * thread, many connections) would else wait for backends that those others hold.
   */
  boolean answerPrepare(ByteBuf in) {
    if (client.sessionMode() || !KnownPrepare.isNext(client, in)) {
      return false;
    }
    if (!client.pool().leave(client.waiter())) {
      return false;
    }
    client.toIdle();
    KnownPrepare.answer(client, in);
    return true;
  }

  @Override
  public boolean wantsMore() {
    return false;
  }

  @Override
  public void clientGone() {
    client.pool().leave(client.waiter());
  }

  /** The query has not begun; so it ends before it does. */
  @Override
  public void cancel(Runnable settled) {
    if (client.pool().leave(client.waiter())) {
      client.transition(
          DetachedState.refused(
              client,
              ErrorMessage.error(
                  SqlState.QUERY_CANCELED, "canceling statement due to user request")));
      client.resume();
    }
    settled.run();
  }
}
