package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.ErrorMessage;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Who has a backend: told, on its own executor, of all that comes from it. The backend's
 * conversation belongs to the holder's executor for as long as the lease lasts, even when the
 * backend's channel lives on another event loop.
 */
public interface LeaseHolder {
  EventExecutor executor();

  /** Bytes for the client, whole messages or pieces of a large one; the buffer is handed over. */
  void forward(ByteBuf bytes);

  /** All that was read is forwarded: time to flush. */
  void readComplete();

  /**
   * A message was carried out or skipped: called for every ledger entry that PostgreSQL did not
   * carry out, oldest first.
   */
  void undone(int code, @Nullable Object reference, boolean failed);

  /** PostgreSQL reported a parameter. Returns true if the client is to be told. */
  boolean parameterReported(String name, String value);

  /** A CommandComplete, while the backend was asked to watch for them. */
  void commandCompleted(String tag);

  /**
   * An ErrorResponse to be forwarded came by; for statistics and for what it says of statements.
   *
   * @param reference of the ledger entry that it answers
   */
  void statementFailed(ErrorMessage error, @Nullable Object reference);

  /** Whether what PostgreSQL remarks on carried-over settings is for the client: at its login. */
  default boolean hearsCatchUp() {
    return false;
  }

  /** Carrying the session's settings over failed; nothing of the client's has run. */
  void catchUpFailed(ErrorMessage error);

  /**
   * The last read was handled. The backend may be released from here.
   *
   * @param readies how many ReadyForQuery were among it that the client is to see
   * @param transactionsEnded how many of them said that no transaction is open
   */
  void repliesHandled(int readies, int transactionsEnded);

  /** The backend can, or can not, take more bytes at the moment. */
  void backendWritable(boolean writable);

  /** The connection is gone; what was owed will not come. */
  void backendLost(@Nullable ErrorMessage lastWords);
}
