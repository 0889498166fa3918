package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.BackendType;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From PostgreSQL to whoever holds the backend: walks the headers of what was received, keeps the
 * ledger, and forwards everything between two messages that need something done as one piece. Rows
 * and COPY data are stepped over by their length; a message larger than the buffer streams through.
 */
final class ReplyRelay {
  /** Messages that must be whole to be acted on are small; a longer one is not PostgreSQL's. */
  private static final int MAX_INSPECTED = 1 << 24;

  /** What PostgreSQL says when a table has changed under a statement whose result it told. */
  private static final ErrorMessage PLAN_CHANGED =
      new ErrorMessage(
          Severity.ERROR,
          SqlState.FEATURE_NOT_SUPPORTED.code(),
          "cached plan must not change result type",
          null,
          null,
          ErrorMessage.PLAN_CHECK);

  private final BackendConnection backend;
  private final ConversationLedger ledger;

  /** The unhandled end of the last read. */
  private @Nullable ByteBuf left;

  /** Bytes still to come of a message whose beginning was handled, and whether they are dropped. */
  private long streaming;

  private boolean streamingSwallowed;

  /** Of the buffer being walked, the first byte that was neither forwarded nor swallowed. */
  private int run;

  private int readies;
  private int ended;

  /** Since the connection came to be; whoever reads them may be a moment late. */
  private long transactions;

  private long errors;

  /** The holder has given the backend up; whatever is still here is nobody's. */
  private boolean over;

  ReplyRelay(BackendConnection backend) {
    this.backend = backend;
    this.ledger = backend.ledger();
  }

  long transactions() {
    return transactions;
  }

  long errors() {
    return errors;
  }

  /** True when no message is half here. */
  boolean atBoundary() {
    return streaming == 0 && left == null;
  }

  /** The client has part of a message of which the rest has not arrived. */
  boolean midMessage() {
    return streaming > 0 && !streamingSwallowed;
  }

  void reset() {
    if (left != null) {
      left.release();
      left = null;
    }
    streaming = 0;
  }

  /** Handles what was received; the buffer is handed over. */
  void relay(ByteBuf received, LeaseHolder holder) {
    ByteBuf in = Frames.join(backend.channel().alloc(), left, received);
    left = null;
    readies = 0;
    ended = 0;
    int start = in.readerIndex();
    run = start;
    int handled;
    try {
      handled = walk(in, start, holder);
    } catch (ProtocolException e) {
      in.release();
      backend.violated(e.getMessage());
      return;
    }
    if (over) {
      in.release();
      return;
    }
    if (run == start && handled == in.writerIndex() && handled > start) {
      holder.forward(in);
    } else {
      forwardRun(in, handled, holder);
      in.readerIndex(handled);
      left = Frames.rest(backend.channel().alloc(), in);
    }
    holder.repliesHandled(readies, ended);
  }

  /** Returns the index of the first byte that must wait for more. */
  private int walk(ByteBuf in, int start, LeaseHolder holder) throws ProtocolException {
    int end = in.writerIndex();
    int i = start;
    if (streaming > 0) {
      int piece = (int) Math.min(streaming, end - i);
      i += piece;
      streaming -= piece;
      if (streamingSwallowed) {
        run = i;
      }
    }
    while (end - i >= Frames.HEADER) {
      byte type = in.getByte(i);
      int length = in.getInt(i + 1);
      if (length < 4) {
        throw new ProtocolException("message type " + type + " with length " + length);
      }
      long next = i + 1L + length;
      boolean swallow;
      if (type == BackendType.DATA_ROW || type == BackendType.COPY_DATA) {
        swallow = Expect.swallowed(ledger.head());
        if (swallow && ledger.headReference() instanceof SessionInquiry inquiry) {
          if (next > end) {
            if (length > MAX_INSPECTED) {
              throw new ProtocolException("a setting of " + length + " bytes");
            }
            return i;
          }
          inquiry.row(in.slice(i + Frames.HEADER, length - 4));
        }
      } else if (next > end && mustBeWhole(type)) {
        if (length > MAX_INSPECTED) {
          throw new ProtocolException("message type " + type + " with length " + length);
        }
        return i;
      } else {
        swallow = handle(in, i, type, length, holder);
        if (over) {
          return end;
        }
      }
      if (swallow) {
        forwardRun(in, i, holder);
        run = (int) Math.min(next, end);
      }
      if (next > end) {
        streaming = next - end;
        streamingSwallowed = swallow;
        return end;
      }
      i = (int) next;
    }
    return i;
  }

  private boolean mustBeWhole(byte type) {
    return switch (type) {
      case BackendType.READY_FOR_QUERY, BackendType.ERROR, BackendType.PARAMETER_STATUS -> true;
      case BackendType.COMMAND_COMPLETE -> backend.watchesTags();
      case BackendType.CLOSE_COMPLETE -> Expect.asParseComplete(ledger.head());
      default -> false;
    };
  }

  /** Acts on one message; returns true if it is not for the client as it is. */
  private boolean handle(ByteBuf in, int i, byte type, int length, LeaseHolder holder)
      throws ProtocolException {
    int head = ledger.head();
    boolean swallow = Expect.swallowed(head);
    switch (type) {
      case BackendType.PARSE_COMPLETE -> {
        if (ledger.headReference() instanceof Undoable change) {
          change.done();
        }
        expect(head, Expect.PARSE, type);
      }
      case BackendType.BIND_COMPLETE -> expect(head, Expect.BIND, type);
      case BackendType.CLOSE_COMPLETE -> {
        expect(head, Expect.CLOSE, type);
        if (Expect.asParseComplete(head)) {
          forwardRun(in, i, holder);
          ByteBuf parseComplete = backend.channel().alloc().ioBuffer(Frames.HEADER);
          BackendMessages.parseComplete(parseComplete);
          holder.forward(parseComplete);
          swallow = true;
        }
      }
      case BackendType.ROW_DESCRIPTION, BackendType.NO_DATA -> {
        if (Expect.kind(head) == Expect.DESCRIBE) {
          if (type == BackendType.ROW_DESCRIPTION
              && ledger.headReference() instanceof Statement statement
              && in.writerIndex() - i >= Frames.HEADER + Short.BYTES) {
            statement.described(in.getUnsignedShort(i + Frames.HEADER));
          }
          ledger.pop();
        }
      }
      case BackendType.COMMAND_COMPLETE, BackendType.EMPTY_QUERY, BackendType.PORTAL_SUSPENDED -> {
        backend.copyIn(false);
        if (Expect.kind(head) == Expect.EXECUTE) {
          ledger.pop();
        }
        if (type == BackendType.COMMAND_COMPLETE && !swallow && backend.watchesTags()) {
          holder.commandCompleted(
              in.toString(i + Frames.HEADER, length - 5, StandardCharsets.US_ASCII));
        }
      }
      case BackendType.READY_FOR_QUERY -> {
        if (length != 5) {
          throw new ProtocolException("a ReadyForQuery of length " + length);
        }
        List<String> unreported = backend.session().takeAwaitedReports();
        if (unreported != null) {
          forwardRun(in, i, holder);
          unreported.forEach(name -> reportUnchanged(name, holder));
        }
        ready(in.getByte(i + Frames.HEADER), head, swallow);
      }
      case BackendType.NOTICE ->
          swallow &= !holder.hearsCatchUp() || ledger.headReference() instanceof SessionInquiry;
      // PostgreSQL sends it when it likes, also ahead of the answers that are Sluice's own.
      case BackendType.NOTIFICATION -> swallow = false;
      case BackendType.ERROR -> {
        ErrorMessage error = ErrorMessage.parse(in.slice(i + Frames.HEADER, length - 4));
        if (error == null) {
          throw new ProtocolException("an ErrorResponse without its terminators");
        }
        Object reference = ledger.headReference();
        ErrorMessage other = inPlaceOf(error, head, reference);
        if (other != null) {
          forwardRun(in, i, holder);
          failed(other, holder);
          ByteBuf out = backend.channel().alloc().ioBuffer(128);
          BackendMessages.error(out, other);
          holder.forward(out);
          swallow = true;
        } else {
          swallow = !failed(error, holder);
          if (!swallow && reference instanceof MovedText moved) {
            forwardRun(in, i, holder);
            holder.forward(moved.inPlaceOf(in.slice(i, length + 1), backend.channel().alloc()));
            swallow = true;
          }
        }
      }
      case BackendType.PARAMETER_STATUS ->
          swallow = !reported(in.slice(i + Frames.HEADER, length - 4), holder);
      case BackendType.COPY_IN_RESPONSE -> backend.copyIn(ledger.copyInStarted());
      default -> {}
    }
    return swallow;
  }

  private void expect(int head, int kind, byte type) throws ProtocolException {
    if (Expect.kind(head) != kind) {
      throw new ProtocolException("an unexpected message of type " + (char) type);
    }
    ledger.pop();
  }

  private void ready(byte status, int head, boolean swallow) throws ProtocolException {
    if (head == 0) {
      throw new ProtocolException("a ReadyForQuery that nothing asked for");
    }
    if (ledger.headReference() instanceof SessionInquiry inquiry) {
      inquiry.complete();
    }
    ledger.pop();
    backend.transactionStatus(status);
    backend.copyIn(false);
    if (!swallow) {
      readies++;
      if (status == BackendConnection.IDLE) {
        ended++;
        transactions++;
      }
    }
  }

  /**
   * A client asks for the result in the formats of the columns it was told of, and PostgreSQL has
   * parsed the statement anew since, on a backend that did not have it; or it was asked for a name
   * that nobody has in place of such a statement. To the client's own connection it would have said
   * that the plan must not change.
   */
  private static boolean planChanged(ErrorMessage error, int head, @Nullable Object reference) {
    return Expect.asOtherError(head)
        || (Expect.kind(head) == Expect.BIND
            && reference instanceof Statement statement
            && statement.wasDescribedWith(error.formatsOfAnotherResult()));
  }

  /** What the client is to hear instead; null for the error itself. */
  private static @Nullable ErrorMessage inPlaceOf(
      ErrorMessage error, int head, @Nullable Object reference) {
    if (Expect.asOtherError(head) && reference instanceof ReplacedError replaced) {
      return error.is(SqlState.IN_FAILED_SQL_TRANSACTION) || error.severity().endsConnection()
          ? null
          : replaced.error();
    }
    return planChanged(error, head, reference) ? PLAN_CHANGED : null;
  }

  /** Returns true if the error is to be forwarded. */
  private boolean failed(ErrorMessage error, LeaseHolder holder) {
    int head = ledger.head();
    backend.copyIn(false);
    if (error.severity().endsConnection()) {
      backend.lastWords(error);
      return false;
    }
    if (ledger.headReference() instanceof SessionInquiry inquiry) {
      inquiry.refused();
      ledger.error((code, reference, failed) -> {});
      return false;
    }
    if (Expect.catchUp(head)) {
      ledger.error(holder::undone);
      over = true;
      holder.catchUpFailed(error);
      return false;
    }
    Object reference = ledger.headReference();
    ledger.error(holder::undone);
    errors++;
    holder.statementFailed(error, reference);
    return true;
  }

  private boolean reported(ByteBuf body, LeaseHolder holder) throws ProtocolException {
    int nameLength = body.bytesBefore((byte) 0);
    int valueStart = nameLength + 1;
    int valueLength =
        nameLength < 0
            ? -1
            : body.bytesBefore(valueStart, body.readableBytes() - valueStart, (byte) 0);
    if (valueLength < 0) {
      throw new ProtocolException("a ParameterStatus without its terminators");
    }
    String name = body.toString(0, nameLength, StandardCharsets.UTF_8);
    String value = body.toString(valueStart, valueLength, StandardCharsets.UTF_8);
    backend.session().reported(name, value);
    return holder.parameterReported(name, value);
  }

  /** The client has set a parameter to what it was on this backend before; it is to hear of it. */
  private void reportUnchanged(String name, LeaseHolder holder) {
    backend.session().reported().values().entrySet().stream()
        .filter(parameter -> parameter.getKey().equalsIgnoreCase(name))
        .forEach(
            parameter -> {
              if (holder.parameterReported(parameter.getKey(), parameter.getValue())) {
                ByteBuf out = backend.channel().alloc().ioBuffer(64);
                BackendMessages.parameterStatus(out, parameter.getKey(), parameter.getValue());
                holder.forward(out);
              }
            });
  }

  private void forwardRun(ByteBuf in, int upTo, LeaseHolder holder) {
    if (upTo > run) {
      holder.forward(in.retainedSlice(run, upTo - run));
    }
    run = upTo;
  }
}
