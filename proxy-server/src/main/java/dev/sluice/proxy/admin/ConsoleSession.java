package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the console, from its first message after login to its last: simple and extended
 * query protocol, without a channel.
 *
 * <p>Not thread-safe: it lives on its connection's event loop. Nothing it is given is kept or
 * released, and nothing that a client sends makes {@link #onMessage} throw.
 */
public final class ConsoleSession {
  /**
   * The longest message body that a console statement can need; the caller refuses a longer one by
   * its header, before it is in memory.
   */
  public static final int MAX_MESSAGE_BYTES = 1 << 20;

  /**
   * Once a message has been answered with so much, no further statement of it runs: a query string
   * of many SHOWs would else take all memory before the first byte could be sent.
   */
  static final int MAX_ANSWER_BYTES = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);

  private final CommandContext context;
  private final CommandGuard guard;
  private final ExtendedQuery extendedQuery;
  private boolean skippingToSync;
  private boolean closed;

  ConsoleSession(CommandContext context) {
    this.context = context;
    this.guard = new CommandGuard(context.identity(), context.transaction());
    this.extendedQuery = new ExtendedQuery(context, guard);
  }

  /** Whether the caller is to send what was written and close the connection. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Handles one message and writes whatever answers it; the caller flushes, and hands over no
   * further message of a pipeline while the client does not take what was written. After the
   * session closed messages are ignored.
   *
   * @param type one of {@link FrontendType}
   * @param body what follows the length; read, not released
   * @param out where whole messages are appended
   */
  public void onMessage(byte type, ByteBuf body, ByteBuf out) {
    if (closed) {
      return;
    }
    int answerStart = out.writerIndex();
    try {
      if (body.readableBytes() > MAX_MESSAGE_BYTES) {
        throw new ProtocolViolation(
            "message of " + body.readableBytes() + " bytes is too long for the console");
      }
      dispatch(type, body, out);
    } catch (ProtocolViolation e) {
      BackendMessages.error(out, ErrorMessage.fatal(SqlState.PROTOCOL_VIOLATION, e.problem()));
      closed = true;
    } catch (RuntimeException e) {
      // A fault of ours, perhaps in the middle of a row: what was written of the answer is not
      // sent.
      out.writerIndex(answerStart);
      LOG.error("console command failed", e);
      failed(type, out);
    }
  }

  private void failed(byte type, ByteBuf out) {
    fail(
        ErrorMessage.error(SqlState.INTERNAL_ERROR, "internal error in the console")
            .withHint("The log has the details."),
        out);
    if (type == FrontendType.QUERY) {
      ready(out);
    } else {
      skippingToSync = true;
    }
  }

  private void dispatch(byte type, ByteBuf body, ByteBuf out) throws ProtocolViolation {
    switch (type) {
      case FrontendType.QUERY -> {
        if (!skippingToSync) {
          simpleQuery(body, out);
        }
      }
      case FrontendType.PARSE -> inPipeline(body, out, extendedQuery::parse);
      case FrontendType.BIND -> inPipeline(body, out, extendedQuery::bind);
      case FrontendType.DESCRIBE -> inPipeline(body, out, extendedQuery::describe);
      case FrontendType.EXECUTE -> inPipeline(body, out, extendedQuery::execute);
      case FrontendType.CLOSE -> inPipeline(body, out, extendedQuery::close);
      case FrontendType.SYNC -> {
        skippingToSync = false;
        ready(out);
      }
      case FrontendType.FUNCTION_CALL -> {
        if (!skippingToSync) {
          fail(functionCallsAreNotOffered(), out);
          ready(out);
        }
      }
      case FrontendType.FLUSH,
          FrontendType.COPY_DATA,
          FrontendType.COPY_DONE,
          FrontendType.COPY_FAIL -> {
        // Nothing is held back that Flush could release. Copy messages may be the rest of a COPY
        // that
        // was refused: the protocol has them ignored.
      }
      case FrontendType.TERMINATE -> closed = true;
      default -> throw new ProtocolViolation("invalid frontend message type " + type);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run(ByteBuf body, ByteBuf out) throws ProtocolViolation, ConsoleException;
  }

  private void inPipeline(ByteBuf body, ByteBuf out, Step step) throws ProtocolViolation {
    if (skippingToSync) {
      return;
    }
    try {
      step.run(body, out);
    } catch (ConsoleException e) {
      fail(e.error(), out);
      skippingToSync = true;
    }
  }

  private void simpleQuery(ByteBuf body, ByteBuf out) throws ProtocolViolation {
    MessageReader in = new MessageReader("Query", body);
    // A simple query replaces the unnamed statement and portal, whatever becomes of it.
    context.objects().closeStatement("");
    context.objects().closePortal("");
    try {
      String text = in.readString();
      in.expectEnd();
      run(ConsoleGrammar.parse(text), out);
    } catch (ConsoleException e) {
      fail(e.error(), out);
    }
    ready(out);
  }

  private void run(List<ConsoleCommand> commands, ByteBuf out) throws ConsoleException {
    if (commands.isEmpty()) {
      BackendMessages.emptyQuery(out);
      return;
    }
    int answerStart = out.writerIndex();
    for (ConsoleCommand command : commands) {
      if (out.writerIndex() - answerStart > MAX_ANSWER_BYTES) {
        throw ConsoleErrors.error(
            SqlState.PROGRAM_LIMIT_EXCEEDED,
            "the answers to one query string are too large",
            "Send fewer statements at once.");
      }
      guard.requireBlockAllows(command);
      guard.requireRole(command);
      Portal portal = new Portal(command, Portal.textFormats(command));
      if (!command.columns().isEmpty()) {
        portal.describe(out);
      }
      portal.execute(context, 0, out);
    }
  }

  private void fail(ErrorMessage error, ByteBuf out) {
    context.transaction().fail();
    BackendMessages.error(out, error);
  }

  /** Portals end with their transaction, which without a block is the statement or pipeline. */
  private void ready(ByteBuf out) {
    if (!context.transaction().inBlock()) {
      context.objects().closePortals();
    }
    BackendMessages.readyForQuery(out, context.transaction().status());
  }

  private static ErrorMessage functionCallsAreNotOffered() {
    return ErrorMessage.error(
        SqlState.FEATURE_NOT_SUPPORTED, "the console does not offer function calls");
  }
}
