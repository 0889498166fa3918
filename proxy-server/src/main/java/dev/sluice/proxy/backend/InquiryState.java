package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.ErrorMessage;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Nobody has the backend, and PostgreSQL is asked what its session holds. */
final class InquiryState implements BackendState, LeaseHolder {
  private final BackendConnection backend;
  private final SessionInquiry.Questions questions;
  private final long deadlineMillis;
  private final Consumer<@Nullable SessionFacts> told;
  private @Nullable SessionInquiry answer;

  /**
   * @param told what was found out, null if PostgreSQL refused; decides what becomes of the backend
   */
  InquiryState(
      BackendConnection backend,
      SessionInquiry.Questions questions,
      long deadlineMillis,
      Consumer<@Nullable SessionFacts> told) {
    this.backend = backend;
    this.questions = questions;
    this.deadlineMillis = deadlineMillis;
    this.told = told;
  }

  void begin() {
    backend.after(
        deadlineMillis,
        () -> {
          if (backend.state() == this) {
            backend.close();
          }
        });
    SessionInquiry.send(backend, questions, inquiry -> answer = inquiry);
  }

  @Override
  public void repliesHandled(int readies, int transactionsEnded) {
    SessionInquiry answered = answer;
    if (backend.state() == this && answered != null && backend.quiet()) {
      told.accept(answered.facts());
    }
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
  }

  @Override
  public boolean parameterReported(String name, String value) {
    return false;
  }

  @Override
  public void commandCompleted(String tag) {}

  @Override
  public void statementFailed(ErrorMessage error, @Nullable Object reference) {}

  @Override
  public void catchUpFailed(ErrorMessage error) {
    backend.close();
  }

  @Override
  public void backendWritable(boolean writable) {}

  @Override
  public void backendLost(@Nullable ErrorMessage lastWords) {
    backend.discardLost();
  }
}
