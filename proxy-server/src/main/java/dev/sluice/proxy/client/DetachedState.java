package dev.sluice.proxy.client;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.sql.StatementTraits;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.session.Bytes;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client has no backend, and what it sends must not get one: its request was refused, or its
 * transaction went down with its backend. Answers in PostgreSQL's stead: an error, everything
 * skipped up to the next Sync, and in a transaction block 25P02 until the client ends the block.
 */
final class DetachedState implements ClientState {
  /** The longest message that is read whole; of a longer one nothing can be the end of a block. */
  private static final int MAX_READ = 64 * 1024;

  private final ClientConnection client;
  private @Nullable ErrorMessage pending;
  private boolean inBlock;
  private boolean skipping;
  private long dropping;

  /** Portals bound to a statement that ends the block, by name. */
  private final Map<Bytes, Statement> portals = new HashMap<>();

  private DetachedState(
      ClientConnection client, @Nullable ErrorMessage pending, boolean inBlock, boolean skipping) {
    this.client = client;
    this.pending = pending;
    this.inBlock = inBlock;
    this.skipping = skipping;
  }

  /** The request that is in the inbox gets an error instead of a backend. */
  static DetachedState refused(ClientConnection client, ErrorMessage error) {
    return new DetachedState(client, error, false, false);
  }

  /** A batch that was sent whole gets an error, and its ReadyForQuery. */
  static DetachedState afterBatch(ClientConnection client, ErrorMessage error) {
    client.writeError(error);
    DetachedState state = new DetachedState(client, null, false, false);
    state.ready();
    return state;
  }

  /** A batch whose Sync has not come gets an error. */
  static DetachedState inBatch(ClientConnection client, ErrorMessage error) {
    client.writeError(error);
    return new DetachedState(client, null, false, true);
  }

  /** All that was under way gets an error, and so does the rest of an open transaction. */
  static DetachedState lost(ClientConnection client, LostBackend loss) {
    if (!loss.owed()) {
      return new DetachedState(client, loss.error(), loss.inBlock(), false);
    }
    DetachedState state = new DetachedState(client, null, loss.inBlock(), loss.batchOpen());
    client.writeError(loss.error());
    for (int i = 0; i < loss.readyAnswers(); i++) {
      if (i > 0) {
        client.writeError(loss.inBlock() ? state.failedBlock() : loss.error());
      }
      state.ready();
    }
    if (loss.readyAnswers() > 0 && loss.batchOpen()) {
      client.writeError(loss.inBlock() ? state.failedBlock() : loss.error());
    }
    return state;
  }

  @Override
  public boolean consume(ByteBuf in) {
    if (dropping > 0) {
      int piece = (int) Math.min(dropping, in.readableBytes());
      in.skipBytes(piece);
      dropping -= piece;
    }
    if (over()) {
      client.toIdle();
      return true;
    }
    while (in.readableBytes() >= Frames.HEADER) {
      byte type = in.getByte(in.readerIndex());
      int length = in.getInt(in.readerIndex() + 1);
      if (length < 4) {
        client.violation("invalid message length %d of message type %d".formatted(length, type));
        return false;
      }
      if (type == FrontendType.TERMINATE) {
        client.close();
        return false;
      }
      if (length <= MAX_READ && in.readableBytes() < length + 1) {
        return false;
      }
      int present = (int) Math.min(1L + length, in.readableBytes());
      dropping = 1L + length - present;
      ByteBuf body = in.slice(in.readerIndex() + Frames.HEADER, present - Frames.HEADER);
      int rest = answer(type, body, dropping == 0);
      if (rest > 0) {
        runRest(in, length, rest);
        client.toIdle();
        return true;
      }
      in.skipBytes(present);
      if (over()) {
        client.flush();
        client.toIdle();
        return true;
      }
    }
    client.flush();
    return false;
  }

  /** Of a transaction that went down with its backend nothing is left to finish. */
  @Override
  public boolean betweenTransactions() {
    return true;
  }

  private boolean over() {
    return dropping == 0 && !inBlock && !skipping && pending == null;
  }

  /**
   * Answers one message. Returns the offset of the part of a query that is to be run after all, or
   * 0.
   */
  private int answer(byte type, ByteBuf body, boolean whole) {
    switch (type) {
      case FrontendType.SYNC -> {
        skipping = false;
        portals.clear();
        ready();
      }
      case FrontendType.COPY_DATA,
          FrontendType.COPY_DONE,
          FrontendType.COPY_FAIL,
          FrontendType.FLUSH -> {}
      default -> {
        if (!skipping) {
          return request(type, body, whole);
        }
      }
    }
    return 0;
  }

  private int request(byte type, ByteBuf body, boolean whole) {
    switch (type) {
      case FrontendType.QUERY -> {
        return query(body, whole);
      }
      case FrontendType.FUNCTION_CALL -> {
        error();
        ready();
      }
      case FrontendType.PARSE -> parse(body, whole);
      case FrontendType.BIND -> bind(body);
      case FrontendType.DESCRIBE -> describe(body);
      case FrontendType.EXECUTE -> execute(body);
      case FrontendType.CLOSE -> close(body);
      default -> client.violation("invalid frontend message type " + Byte.toUnsignedInt(type));
    }
    return 0;
  }

  private int query(ByteBuf body, boolean whole) {
    StatementTraits traits = whole ? analyse(body, 0, body.readableBytes() - 1) : null;
    if (traits == null || pending != null || traits.none(StatementTraits.EXITS_FAILED_BLOCK)) {
      // What follows a BEGIN that failed was meant for a transaction: it must not run on its own.
      inBlock |= traits != null && traits.any(StatementTraits.BEGINS);
      error();
      ready();
      return 0;
    }
    inBlock = false;
    ByteBuf out = client.channel().alloc().ioBuffer(32);
    BackendMessages.commandComplete(out, "ROLLBACK");
    client.write(out);
    if (traits.any(StatementTraits.MULTIPLE)
        && traits.firstStatementEnd() != StatementTraits.WHOLE_TEXT) {
      return traits.firstStatementEnd();
    }
    ready();
    return 0;
  }

  /**
   * The block is over; what stands behind its end in the same string runs as a query of its own.
   */
  private void runRest(ByteBuf in, int length, int offset) {
    int textStart = in.readerIndex() + Frames.HEADER + offset;
    int textLength = in.readerIndex() + 1 + length - textStart;
    ByteBuf replacement = client.channel().alloc().ioBuffer(in.readableBytes());
    replacement.writeByte(FrontendType.QUERY);
    replacement.writeInt(4 + textLength);
    replacement.writeBytes(in, textStart, textLength);
    in.skipBytes(1 + length);
    replacement.writeBytes(in);
    client.replaceInbox(replacement);
  }

  private void parse(ByteBuf body, boolean whole) {
    int nameEnd = body.bytesBefore((byte) 0);
    Statement statement = null;
    if (whole && nameEnd >= 0 && pending == null) {
      Bytes text = client.loop().text().fill(body, nameEnd + 1, body.readableBytes() - nameEnd - 1);
      statement = client.context().statements().intern(text, client.session().parseSettings());
    }
    if (statement == null || !exits(statement)) {
      fail();
      return;
    }
    if (nameEnd == 0) {
      client.session().unnamed(statement);
    } else {
      client.session().name(client.loop().name().fill(body, 0, nameEnd).copy(), statement);
    }
    ByteBuf out = client.channel().alloc().ioBuffer(8);
    BackendMessages.parseComplete(out);
    client.write(out);
  }

  private void bind(ByteBuf body) {
    int portalEnd = body.bytesBefore((byte) 0);
    int nameEnd =
        portalEnd < 0
            ? -1
            : body.indexOf(body.readerIndex() + portalEnd + 1, body.writerIndex(), (byte) 0);
    Statement statement =
        nameEnd < 0 ? null : statement(body, portalEnd + 1, nameEnd - portalEnd - 1);
    if (statement == null || pending != null || !exits(statement)) {
      inBlock |= statement != null && statement.traits().any(StatementTraits.BEGINS);
      fail();
      return;
    }
    portals.put(client.loop().name().fill(body, 0, portalEnd).copy(), statement);
    ByteBuf out = client.channel().alloc().ioBuffer(8);
    BackendMessages.bindComplete(out);
    client.write(out);
  }

  private void describe(ByteBuf body) {
    Statement statement = pending == null ? target(body) : null;
    if (statement == null || !exits(statement)) {
      fail();
      return;
    }
    ByteBuf out = client.channel().alloc().ioBuffer(16);
    if (body.getByte(0) == 'S') {
      BackendMessages.parameterDescription(out, new int[0]);
    }
    BackendMessages.noData(out);
    client.write(out);
  }

  private void execute(ByteBuf body) {
    int nameEnd = body.bytesBefore((byte) 0);
    Statement statement =
        nameEnd < 0 || pending != null
            ? null
            : portals.get(client.loop().name().fill(body, 0, nameEnd));
    if (statement == null || !inBlock) {
      fail();
      return;
    }
    inBlock = false;
    ByteBuf out = client.channel().alloc().ioBuffer(32);
    BackendMessages.commandComplete(out, "ROLLBACK");
    client.write(out);
    // What else is in the batch would run in a transaction of its own; it is answered by an error.
    pending = failedBlock();
  }

  private void close(ByteBuf body) {
    if (body.readableBytes() > 2 && body.getByte(0) == 'S') {
      client.session().forget(client.loop().name().fill(body, 1, body.readableBytes() - 2));
    } else if (body.readableBytes() > 0 && body.getByte(0) == 'S') {
      client.session().unnamed(null);
    }
    ByteBuf out = client.channel().alloc().ioBuffer(8);
    BackendMessages.closeComplete(out);
    client.write(out);
  }

  private @Nullable Statement target(ByteBuf body) {
    int nameLength = body.readableBytes() - 2;
    if (nameLength < 0) {
      return null;
    }
    return body.getByte(0) == 'S'
        ? statement(body, 1, nameLength)
        : portals.get(client.loop().name().fill(body, 1, nameLength));
  }

  private @Nullable Statement statement(ByteBuf body, int index, int length) {
    return length == 0
        ? client.session().unnamed()
        : client.session().named(client.loop().name().fill(body, index, length));
  }

  private static boolean exits(Statement statement) {
    return statement.traits().any(StatementTraits.EXITS_FAILED_BLOCK);
  }

  private StatementTraits analyse(ByteBuf body, int index, int length) {
    if (length < 0) {
      return StatementTraits.UNKNOWN;
    }
    Bytes text = client.loop().text().fill(body, index, length);
    return client.session().parseSettings().analyse(text.array(), length);
  }

  /** An error in an extended-protocol message: the rest up to Sync is skipped. */
  private void fail() {
    error();
    skipping = true;
  }

  private void error() {
    ErrorMessage error = pending;
    pending = null;
    client.writeError(error != null ? error : failedBlock());
  }

  private ErrorMessage failedBlock() {
    return ErrorMessage.error(
        SqlState.IN_FAILED_SQL_TRANSACTION,
        "current transaction is aborted, commands ignored until end of transaction block");
  }

  private void ready() {
    if (!inBlock) {
      pending = null;
    }
    ByteBuf out = client.channel().alloc().ioBuffer(8);
    BackendMessages.readyForQuery(
        out, inBlock ? TransactionStatus.FAILED_BLOCK : TransactionStatus.IDLE);
    client.write(out);
  }
}
