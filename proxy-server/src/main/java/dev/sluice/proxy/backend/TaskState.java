package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.BackendType;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sluice runs queries of its own: a check, a reset, what is to run on every new connection. */
final class TaskState implements BackendState {
  private final BackendConnection backend;
  private final List<OwnQuery> queries;
  private final long deadlineMillis;
  private final Runnable done;
  private final Consumer<ErrorMessage> failed;
  private int next;
  private @Nullable ErrorMessage error;
  private @Nullable ByteBuf left;

  /**
   * @param deadlineMillis for all queries together
   * @param failed told when a query fails or the deadline passes; the connection is still open
   */
  TaskState(
      BackendConnection backend,
      List<OwnQuery> queries,
      long deadlineMillis,
      Runnable done,
      Consumer<ErrorMessage> failed) {
    this.backend = backend;
    this.queries = queries;
    this.deadlineMillis = deadlineMillis;
    this.done = done;
    this.failed = failed;
  }

  void begin() {
    backend.after(
        deadlineMillis,
        () -> {
          if (backend.state() == this) {
            fail(
                ErrorMessage.error(
                    SqlState.CLIENT_UNABLE_TO_CONNECT,
                    "the server did not answer \"%s\" within %d ms"
                        .formatted(queries.get(next).sql(), deadlineMillis)));
          }
        });
    sendNext();
  }

  private void sendNext() {
    if (next == queries.size()) {
      done.run();
      return;
    }
    ByteBuf query = backend.channel().alloc().ioBuffer(64);
    FrontendMessages.query(query, queries.get(next).sql());
    backend.write(query);
    backend.flush();
  }

  @Override
  public void read(ByteBuf received) {
    ByteBuf in = Frames.join(backend.channel().alloc(), left, received);
    left = null;
    while (in.readableBytes() >= Frames.HEADER && backend.state() == this) {
      int length = in.getInt(in.readerIndex() + 1);
      if (length < 4) {
        in.release();
        fail(ErrorMessage.error(SqlState.PROTOCOL_VIOLATION, "the server broke the protocol"));
        return;
      }
      if (in.readableBytes() < length + 1) {
        break;
      }
      byte type = in.readByte();
      in.skipBytes(4);
      handle(type, in.readSlice(length - 4));
    }
    if (backend.state() == this) {
      left = Frames.rest(backend.channel().alloc(), in);
    } else {
      in.release();
    }
  }

  private void handle(byte type, ByteBuf body) {
    switch (type) {
      case BackendType.ERROR -> error = ErrorMessage.parse(body);
      case BackendType.PARAMETER_STATUS -> {
        String[] parts = body.toString(StandardCharsets.UTF_8).split("\0", 3);
        if (parts.length == 3) {
          backend.session().reported(parts[0], parts[1]);
        }
      }
      case BackendType.READY_FOR_QUERY -> {
        backend.transactionStatus(body.getByte(body.readerIndex()));
        // PostgreSQL drops it with every simple query.
        backend.session().unnamedGone();
        if (error != null) {
          fail(error);
        } else if (queries.get(next).effect() != OwnQuery.Effect.NONE
            && backend.transactionStatus() != TransactionStatus.IDLE) {
          fail(ErrorMessage.error(SqlState.INTERNAL_ERROR, "a reset left a transaction open"));
        } else {
          switch (queries.get(next).effect()) {
            case NONE -> {}
            case RESETS_SETTINGS -> backend.session().settingsReset();
            case RESETS -> backend.session().discarded();
          }
          next++;
          sendNext();
        }
      }
      default -> {}
    }
  }

  private void fail(ErrorMessage why) {
    release();
    failed.accept(why);
  }

  private void release() {
    if (left != null) {
      left.release();
      left = null;
    }
  }

  @Override
  public void readComplete() {}

  @Override
  public void writabilityChanged(boolean writable) {}

  @Override
  public void closed() {
    ErrorMessage last = error != null ? error : backend.lastWords();
    fail(
        last != null
            ? last
            : ErrorMessage.error(
                SqlState.CONNECTION_FAILURE, "server closed the connection unexpectedly"));
  }
}
