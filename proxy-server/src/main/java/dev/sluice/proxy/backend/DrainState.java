package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client is gone, its conversation is not over: what PostgreSQL still owes is awaited and
 * dropped, and an open transaction rolled back, so that the backend can be used again.
 */
final class DrainState implements BackendState, LeaseHolder {
  private static final String NO_SUCH_STATEMENT = "sluice: the client is gone";

  private final BackendConnection backend;
  private final List<OwnQuery> after;
  private final boolean openBatch;
  private final long deadlineMillis;

  DrainState(
      BackendConnection backend, List<OwnQuery> after, boolean openBatch, long deadlineMillis) {
    this.openBatch = openBatch;
    this.backend = backend;
    this.after = after;
    this.deadlineMillis = deadlineMillis;
  }

  void begin() {
    backend.after(
        deadlineMillis,
        () -> {
          if (backend.state() == this) {
            backend.close();
          }
        });
    ByteBuf out = backend.channel().alloc().ioBuffer(64);
    if (backend.copyIn()) {
      FrontendMessages.copyFail(out, "client disconnected");
    }
    if (openBatch) {
      // Its Sync would commit it, where PostgreSQL rolls back what a lost client left: so it fails.
      FrontendMessages.bindText(out, "", NO_SUCH_STATEMENT, List.of());
      backend.ledger().push(Expect.BIND | Expect.SWALLOW);
    }
    // Ends whatever extended-protocol messages came without a Sync; one too many does no harm.
    FrontendMessages.sync(out);
    backend.ledger().push(Expect.SYNC | Expect.SWALLOW);
    backend.write(out);
    backend.flush();
  }

  /** Goes on when all is answered and no cancel request is under way. */
  void proceed() {
    if (backend.state() != this || !backend.ledger().isEmpty() || !backend.settled()) {
      return;
    }
    List<OwnQuery> queries = new ArrayList<>();
    if (backend.transactionStatus() != BackendConnection.IDLE) {
      queries.add(OwnQuery.ROLLBACK);
    }
    queries.addAll(after);
    backend.run(queries, deadlineMillis);
  }

  @Override
  public void read(ByteBuf in) {
    backend.relay(in, this);
  }

  @Override
  public void writabilityChanged(boolean writable) {}

  @Override
  public void closed() {
    backend.discardLost();
  }

  @Override
  public EventExecutor executor() {
    return backend.channel().eventLoop();
  }

  @Override
  public void forward(ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public void readComplete() {}

  @Override
  public void undone(int code, @Nullable Object reference, boolean failed) {
    if (reference instanceof Undoable change) {
      change.undo(failed);
    }
    backend.session().forgetUnnamed();
  }

  @Override
  public boolean parameterReported(String name, String value) {
    return false;
  }

  @Override
  public void commandCompleted(String tag) {
    if (tag.equals("DISCARD ALL") || tag.equals("DEALLOCATE ALL")) {
      backend.session().deallocated();
    }
  }

  @Override
  public void statementFailed(ErrorMessage error, @Nullable Object reference) {}

  @Override
  public void catchUpFailed(ErrorMessage error) {
    backend.close();
  }

  @Override
  public void repliesHandled(int readies, int transactionsEnded) {
    proceed();
  }

  @Override
  public void backendWritable(boolean writable) {}

  @Override
  public void backendLost(@Nullable ErrorMessage lastWords) {
    backend.discardLost();
  }
}
