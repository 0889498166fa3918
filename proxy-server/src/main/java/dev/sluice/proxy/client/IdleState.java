package dev.sluice.proxy.client;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;

/** Logged in and without a backend: the first request that needs one asks the pool for it. */
final class IdleState implements ClientState {
  private final ClientConnection client;

  /** Bytes still to come of a COPY message that is dropped. */
  private long dropping;

  IdleState(ClientConnection client) {
    this.client = client;
  }

  @Override
  public boolean consume(ByteBuf in) {
    if (dropping > 0) {
      int piece = (int) Math.min(dropping, in.readableBytes());
      in.skipBytes(piece);
      dropping -= piece;
    }
    while (in.readableBytes() >= Frames.HEADER) {
      byte type = in.getByte(in.readerIndex());
      int length = in.getInt(in.readerIndex() + 1);
      switch (type) {
        case FrontendType.TERMINATE -> {
          client.close();
          return false;
        }
        case FrontendType.SYNC -> {
          // Nothing was sent before it, so PostgreSQL need not be asked.
          if (length != 4) {
            client.violation("invalid length of a Sync message");
            return false;
          }
          in.skipBytes(Frames.HEADER);
          ByteBuf out = client.channel().alloc().ioBuffer(8);
          BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
          client.write(out);
          client.flush();
        }
        case FrontendType.FLUSH -> {
          if (length != 4) {
            client.violation("invalid length of a Flush message");
            return false;
          }
          in.skipBytes(Frames.HEADER);
        }
        case FrontendType.COPY_DATA, FrontendType.COPY_DONE, FrontendType.COPY_FAIL -> {
          // The rest of a COPY that failed; PostgreSQL ignores it too (manual, "COPY Operations").
          if (length < 4) {
            client.violation("invalid length of a COPY message");
            return false;
          }
          long frame = 1L + length;
          int present = (int) Math.min(frame, in.readableBytes());
          in.skipBytes(present);
          dropping = frame - present;
        }
        default -> {
          return request(in);
        }
      }
    }
    return false;
  }

  @Override
  public boolean betweenTransactions() {
    return true;
  }

  private boolean request(ByteBuf in) {
    ActiveState active = client.active();
    long now = System.nanoTime();
    BackendConnection backend = client.pool().lease(client.waiter(), active, active, now);
    if (backend == null) {
      WaitingState waiting = new WaitingState(client);
      client.waitingSince(now);
      client.transition(waiting);
      return waiting.answerPrepare(in);
    }
    active.begin(backend, now);
    return true;
  }
}
