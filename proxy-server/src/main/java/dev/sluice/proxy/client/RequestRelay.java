package dev.sluice.proxy.client;

import dev.sluice.config.PoolMode;
import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.FrontendType;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.protocol.sql.SessionEffects;
import dev.sluice.protocol.sql.StatementTraits;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.net.Frames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From a client to the backend it holds: walks the headers of what was received, enters in the
 * ledger what PostgreSQL will owe for it, and forwards everything between two messages that need
 * something done as one piece.
 *
 * <p>Nearly everything goes on at once. What must not run ahead of an answer is held back: see
 * {@link #heldBack()}.
 *
 * <p>A client has one for all its leases, see {@link #attach}: nothing is allocated per lease.
 */
final class RequestRelay {
  /** The longest statement text that is looked at; a longer one is taken to do anything. */
  static final int MAX_ANALYSED = 64 * 1024;

  /** The longest message, up to its last name, that must be whole to be acted on. */
  static final int MAX_HEAD = 128 * 1024;

  private static final int MAX_SHOWN = 200;

  /** PostgreSQL's own bound: what its allocator gives at most. */
  private static final int MAX_MESSAGE = 0x3fff_ffff;

  private static final boolean[] FRONTEND_TYPES = new boolean[128];

  static {
    for (char type : "QPBDECHSFdcfX".toCharArray()) {
      FRONTEND_TYPES[type] = true;
    }
  }

  private final ClientConnection client;
  private BackendConnection backend;
  private ConversationLedger ledger;
  private final RequestWriter out;
  private final StatementRewriter statements;
  private final SessionKeeper keeper;
  private final SessionPolicies policies;

  /** A backend is for one statement: transaction blocks are refused. */
  private final boolean statementMode;

  private final boolean sessionMode;

  /** Bytes still to come of a message whose beginning was forwarded. */
  private long streaming;

  /** Extended-protocol messages were sent since the last Sync. */
  private boolean batchOpen;

  /** What the statements sent since the last quiet moment may do: {@link StatementTraits} flags. */
  private int traitsInFlight;

  /** Nothing may run ahead of an answer: until the ledger is empty. */
  private boolean awaitEmpty;

  /** Nothing is sent before it is settled what a reset has led to. */
  private boolean awaitSettled;

  /** An Execute of what changes the names of statements ends the batch for the moment. */
  private boolean awaitAfterExecute;

  /** Nothing is sent before this entry is answered; -1 for none. */
  private long awaitAnswer = -1;

  /** The message at hand was not handled: it has to wait for {@link #awaitAnswer}. */
  private boolean postponed;

  /** The last entry of what was put ahead of the client's messages; -1 if it is answered. */
  private long catchUpEnd = -1;

  private boolean batchSentBehindCatchUp;
  private boolean begun;

  /** Of the buffer being walked, the first byte that was not forwarded. */
  private int run;

  RequestRelay(
      ClientConnection client,
      BackendConnection backend,
      SessionKeeper keeper,
      SessionPolicies policies) {
    this.client = client;
    this.backend = backend;
    this.ledger = backend.ledger();
    this.out = new RequestWriter(backend);
    this.keeper = keeper;
    this.policies = policies;
    this.statements = new StatementRewriter(client, backend, out);
    this.sessionMode = client.sessionMode();
    this.statementMode = client.pool().config().mode() == PoolMode.STATEMENT;
  }

  /** The client has this backend now: nothing of an earlier lease counts any more. */
  void attach(BackendConnection leased) {
    backend = leased;
    ledger = leased.ledger();
    out.attach(leased);
    statements.attach(leased);
    streaming = 0;
    batchOpen = false;
    traitsInFlight = 0;
    awaitEmpty = false;
    awaitSettled = false;
    awaitAfterExecute = false;
    awaitAnswer = -1;
    postponed = false;
    catchUpEnd = -1;
    batchSentBehindCatchUp = false;
    begun = false;
  }

  RequestWriter out() {
    return out;
  }

  StatementRewriter statements() {
    return statements;
  }

  /**
   * Messages of Sluice's own were put ahead of the client's, without a Sync: should one fail,
   * PostgreSQL skips what follows up to the next Sync. So until they are answered no more than one
   * batch goes behind them.
   */
  void putAhead() {
    catchUpEnd = ledger.nextSequence() - 1;
  }

  /** Something of the client's has been sent. */
  boolean begun() {
    return begun;
  }

  /** What the statements under way may do. */
  int traitsInFlight() {
    return traitsInFlight;
  }

  /** Everything sent has been answered. */
  void answered() {
    traitsInFlight = 0;
  }

  /** No message is half sent and no batch is open. */
  boolean atBoundary() {
    return streaming == 0 && !batchOpen;
  }

  /** Extended-protocol messages were sent and their Sync was not. */
  boolean batchOpen() {
    return batchOpen;
  }

  /** A message is half sent. */
  boolean midMessage() {
    return streaming > 0;
  }

  /** True while what the client sends must wait for an answer of PostgreSQL's. */
  boolean heldBack() {
    if (awaitEmpty) {
      if (!ledger.isEmpty()) {
        return true;
      }
      awaitEmpty = false;
      backend.watchTags(false);
    }
    if (awaitSettled) {
      boolean toBeAsked = keeper.resets() && backend.transactionStatus() == TransactionStatus.IDLE;
      if (!ledger.isEmpty() || keeper.asking() || toBeAsked) {
        return true;
      }
      awaitSettled = false;
    }
    if (awaitAnswer >= 0) {
      if (!ledger.isEmpty() && ledger.headSequence() <= awaitAnswer) {
        return true;
      }
      awaitAnswer = -1;
    }
    return batchSentBehindCatchUp && ledger.headSequence() <= catchUpEnd;
  }

  /** Forwards what can be; the rest stays in the buffer. Returns false if the client is leaving. */
  boolean relay(ByteBuf in) {
    int start = in.readerIndex();
    run = start;
    int handled = walk(in, start);
    if (handled < 0) {
      out.end();
      return false;
    }
    if (run == start && out.isEmpty() && handled == in.writerIndex() && handled > start) {
      client.takeInbox();
      backend.write(in);
    } else {
      cut(in, handled);
      out.end();
      in.readerIndex(handled);
    }
    return true;
  }

  /** Returns the index of the first byte that has to wait, or -1 when the client is leaving. */
  private int walk(ByteBuf in, int start) {
    int end = in.writerIndex();
    int i = start;
    if (streaming > 0) {
      int piece = (int) Math.min(streaming, end - i);
      i += piece;
      streaming -= piece;
    }
    while (end - i >= Frames.HEADER && !heldBack()) {
      byte type = in.getByte(i);
      int length = in.getInt(i + 1);
      if (length < 4 || length > MAX_MESSAGE) {
        client.violation("invalid message length %d of message type %d".formatted(length, type));
        return -1;
      }
      if (!FRONTEND_TYPES[type & 0x7f] || type < 0) {
        client.violation("invalid frontend message type " + Byte.toUnsignedInt(type));
        return -1;
      }
      long next = i + 1L + length;
      if (next > end && !startsWith(in, i, type, length, end)) {
        return i;
      }
      begun = true;
      if (statementMode && type == FrontendType.QUERY && beginsBlock(in, i, length)) {
        if (!ledger.isEmpty()) {
          awaitEmpty = true;
          return i;
        }
        cut(in, i);
        client.refuseBlock();
        run = (int) next;
        i = run;
        continue;
      }
      if (!handle(in, i, type, length, (int) Math.min(next, end))) {
        return -1;
      }
      if (postponed) {
        postponed = false;
        return i;
      }
      if (next > end) {
        streaming = next - end;
        return end;
      }
      i = (int) next;
    }
    return i;
  }

  private boolean beginsBlock(ByteBuf in, int i, int length) {
    return length <= MAX_ANALYSED
        && statements.analyse(in, i + Frames.HEADER, length - 5).any(StatementTraits.BEGINS);
  }

  /** Whether enough of a message is here to begin with it. */
  private boolean startsWith(ByteBuf in, int i, byte type, int length, int end) {
    return switch (type) {
      case FrontendType.QUERY -> length > MAX_ANALYSED;
      case FrontendType.PARSE ->
          length > StatementRewriter.MAX_KEPT && in.indexOf(i + Frames.HEADER, end, (byte) 0) >= 0;
      case FrontendType.BIND -> {
        int portalEnd = in.indexOf(i + Frames.HEADER, end, (byte) 0);
        yield portalEnd >= 0 && in.indexOf(portalEnd + 1, end, (byte) 0) >= 0;
      }
      case FrontendType.COPY_DATA, FrontendType.COPY_FAIL, FrontendType.FUNCTION_CALL -> true;
      default -> false;
    };
  }

  /** Acts on one message; returns false if that ends the connection. */
  private boolean handle(ByteBuf in, int i, byte type, int length, int end) {
    switch (type) {
      case FrontendType.QUERY -> query(in, i, length);
      case FrontendType.PARSE -> {
        openBatch(in, i);
        return statements.parse(in, i, length, this);
      }
      case FrontendType.BIND -> {
        openBatch(in, i);
        return statements.bind(in, i, length, end, this);
      }
      case FrontendType.DESCRIBE -> {
        openBatch(in, i);
        return statements.describe(in, i, length, this);
      }
      case FrontendType.EXECUTE -> {
        openBatch(in, i);
        ledger.push(Expect.EXECUTE, statements.boundText());
        if (awaitAfterExecute) {
          awaitAfterExecute = false;
          cut(in, end);
          FrontendMessages.flush(out.own());
          await();
        }
      }
      case FrontendType.CLOSE -> {
        openBatch(in, i);
        return statements.close(in, i, length, this);
      }
      case FrontendType.SYNC -> sync(in, i, end);
      case FrontendType.FLUSH, FrontendType.COPY_DATA -> {}
      case FrontendType.COPY_DONE, FrontendType.COPY_FAIL -> backend.endCopyIn();
      case FrontendType.FUNCTION_CALL -> {
        beforeBatch(in, i);
        ledger.push(Expect.FUNCTION_CALL);
        batchOpen = false;
        sent(
            StatementTraits.UNKNOWN.flags() & ~StatementTraits.CHANGES_STATEMENTS,
            SessionEffects.UNKNOWN,
            () -> "(function call)");
        batchSent();
      }
      case FrontendType.TERMINATE -> {
        cut(in, i);
        client.active().terminate();
        return false;
      }
      default -> {
        client.violation("invalid frontend message type " + Byte.toUnsignedInt(type));
        return false;
      }
    }
    return true;
  }

  private void query(ByteBuf in, int i, int length) {
    beforeBatch(in, i);
    StatementTraits traits =
        length > MAX_ANALYSED
            ? StatementTraits.UNKNOWN
            : statements.analyse(in, i + Frames.HEADER, length - 5);
    long awaited = statements.awaited(traits, this);
    if (awaited >= 0) {
      if (ledger.unsynced()) {
        // Without a Sync PostgreSQL keeps its answers to itself until it is asked for them.
        cut(in, i);
        FrontendMessages.flush(out.own());
      }
      postpone(awaited);
      return;
    }
    if (batchOpen) {
      // A simple query behind Executes without a Sync leaves PostgreSQL 18 in a state in which the
      // next command fails once ("unexpected state STARTED"): not somebody else's.
      backend.session().markDirty();
    }
    batchOpen = false;
    awaitAfterExecute = false;
    ErrorMessage refusal = refusal(traits);
    if (refusal != null) {
      cut(in, i);
      statements.refuseQuery(refusal);
      replaced(i + 1 + length);
      batchSent();
      return;
    }
    statements.query(in, i, length, traits, this);
    sent(traits.flags(), traits.effects(), () -> shown(in, i + Frames.HEADER, length - 5));
    statements.executes(traits, this);
    if (traits.any(StatementTraits.CHANGES_STATEMENTS)) {
      await();
    }
    awaitSettled = keeper.resets();
    batchSent();
  }

  private void sync(ByteBuf in, int i, int end) {
    if (backend.copyIn()) {
      // PostgreSQL ignores it during COPY IN; the one behind CopyDone is what ends the batch.
      cut(in, i);
      run = end;
      return;
    }
    ledger.push(Expect.SYNC);
    statements.synced();
    // The Execute that it was for may have been left out: it must not be taken for a later one,
    // which
    // may be a COPY that waits for what is held back.
    awaitAfterExecute = false;
    batchOpen = false;
    awaitSettled = keeper.resets();
    batchSent();
  }

  /** The first message of a batch is a good moment for what was left undone. */
  private void openBatch(ByteBuf in, int i) {
    if (!batchOpen) {
      beforeBatch(in, i);
      batchOpen = true;
    }
  }

  private void beforeBatch(ByteBuf in, int i) {
    if (!batchOpen) {
      statements.onBackend().closeStrays(in, i, this);
    }
  }

  private void batchSent() {
    if (catchUpEnd >= 0) {
      if (ledger.headSequence() > catchUpEnd) {
        catchUpEnd = -1;
        batchSentBehindCatchUp = false;
      } else {
        batchSentBehindCatchUp = true;
      }
    }
  }

  /** Why the configuration does not let a statement run; null if it does. */
  @Nullable ErrorMessage refusal(StatementTraits traits) {
    if (sessionMode || inFailedBlock()) {
      return null; // in a failed block PostgreSQL refuses it by itself
    }
    return policies.refusal(
        traits.effects(),
        ledger.isEmpty() && backend.transactionStatus() == TransactionStatus.IDLE);
  }

  /** All is answered, and PostgreSQL refuses everything but the end of the block. */
  boolean inFailedBlock() {
    return ledger.isEmpty() && backend.transactionStatus() == TransactionStatus.FAILED_BLOCK;
  }

  /** A statement was sent that may do this. */
  void sent(int traits, SessionEffects effects, Supplier<String> text) {
    traitsInFlight |= traits;
    if ((traits & StatementTraits.LEAVES_STATE) != 0) {
      backend.session().markUnasked();
    }
    if (!sessionMode) {
      keeper.sent(effects, text);
    }
    if ((traits & StatementTraits.LOCAL_SETTINGS) != 0) {
      statements.settingsUncertain();
    }
  }

  /** The beginning of a statement, for people. */
  private static String shown(ByteBuf in, int index, int length) {
    int shown = Math.clamp(Math.min(length, in.writerIndex() - index), 0, MAX_SHOWN);
    return in.toString(index, shown, StandardCharsets.UTF_8);
  }

  /** Nothing else is sent before all that was sent is answered. */
  private void await() {
    awaitEmpty = true;
    backend.watchTags(true);
  }

  /** As {@link #await}, behind the next Execute. */
  void awaitAfterExecute() {
    awaitAfterExecute = true;
    backend.watchTags(true);
  }

  /** The message at hand cannot be handled before an earlier one is answered. */
  void postpone(long sequence) {
    postponed = true;
    awaitAnswer = sequence;
  }

  /** Forwards what was walked over and is not forwarded yet. */
  void cut(ByteBuf in, int upTo) {
    out.piece(in, run, upTo - run);
    run = upTo;
  }

  /** What has been put in place of the client's bytes up to here. */
  void replaced(int upTo) {
    run = upTo;
  }
}
