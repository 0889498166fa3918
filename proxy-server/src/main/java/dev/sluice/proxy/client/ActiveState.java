package dev.sluice.proxy.client;

import dev.sluice.config.PoolMode;
import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.ledger.Expect;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.Severity;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.backend.LeaseHolder;
import dev.sluice.proxy.backend.SettingsCatchUp;
import dev.sluice.proxy.backend.Undoable;
import dev.sluice.proxy.net.ReadGate;
import dev.sluice.proxy.pool.PoolCounters;
import dev.sluice.proxy.pool.Waiter;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.session.Statement;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The client has a backend. A client has one of these for all its transactions; between {@link
 * #begin} and the release it is the backend's holder.
 *
 * <p>The backend goes back when, and only when, nothing is owed, no transaction is open, no message
 * is half sent in either direction, and nothing pins it.
 */
final class ActiveState implements ClientState, LeaseHolder, Waiter.Listener {
  private final ClientConnection client;
  private final ClientSession session;
  private final PoolCounters counters;
  private @Nullable BackendConnection backend;

  /** Of the current lease; null without one. */
  private @Nullable RequestRelay requests;

  /** The same, kept between leases. */
  private @Nullable RequestRelay relayOfAllLeases;

  private long transactionStart;
  private long queryStart;
  private boolean leaving;
  private boolean holding;
  private final SessionPolicies policies;
  private final SessionKeeper keeper;

  ActiveState(ClientConnection client) {
    this.policies = client.context().policies().of(client.pool().sessionConfig());
    this.keeper = new SessionKeeper(client, policies);
    this.client = client;
    this.session = client.session();
    this.counters = client.pool().counters(client.loop().index());
  }

  @Nullable BackendConnection backend() {
    return backend;
  }

  // ---- getting and giving back

  @Override
  public void granted(BackendConnection granted, long nowNanos) {
    if (client.state() instanceof WaitingState) {
      begin(granted, nowNanos);
      client.resume();
      granted.flush();
    } else {
      client.pool().release(granted, nowNanos);
    }
  }

  @Override
  public void refused(ErrorMessage error) {
    if (client.state() instanceof WaitingState) {
      client.transition(DetachedState.refused(client, error));
      client.resume();
    }
  }

  /** The backend is this client's; its settings go ahead of whatever the client sends. */
  void begin(BackendConnection leased, long nowNanos) {
    backend = leased;
    RequestRelay relay = relayFor(leased);
    requests = relay;
    transactionStart = nowNanos;
    queryStart = transactionStart;
    client.requested(queryStart);
    client.transition(this);
    if (!SettingsCatchUp.notNeeded(leased.session(), session)
        && SettingsCatchUp.append(relay.out().own(), leased, session)) {
      relay.putAhead();
    }
    hold(leased, !client.channel().isWritable());
  }

  /** A client that stays on its backend has had settings reset: they are what its login gave. */
  private void catchUpNow(BackendConnection leased) {
    if (SettingsCatchUp.notNeeded(leased.session(), session)) {
      return;
    }
    ByteBuf out = client.channel().alloc().ioBuffer(256);
    if (SettingsCatchUp.append(out, leased, session)) {
      FrontendMessages.sync(out);
      leased.ledger().push(Expect.SYNC | Expect.SWALLOW);
      leased.write(out);
      leased.flush();
    } else {
      out.release();
    }
  }

  private RequestRelay relayFor(BackendConnection leased) {
    RequestRelay kept = relayOfAllLeases;
    if (kept == null) {
      kept = new RequestRelay(client, leased, keeper, policies);
      relayOfAllLeases = kept;
    } else {
      kept.attach(leased);
    }
    return kept;
  }

  /** Stops or resumes the backend's reading: the client's pace is the backend's. */
  private void hold(BackendConnection leased, boolean stop) {
    if (stop != holding) {
      holding = stop;
      leased.holdReading(stop);
    }
  }

  private void releaseIfQuiet(BackendConnection leased, RequestRelay relay, long now) {
    if (!relay.begun() || !leased.quiet() || !relay.atBoundary()) {
      return;
    }
    relay.answered();
    if (client.sessionMode() || !keeper.settle(leased)) {
      return;
    }
    relay.statements().settingsCertain();
    if (session.pinned()) {
      catchUpNow(leased);
    } else {
      end();
      client.toIdle();
      client.pool().release(leased, now);
    }
  }

  private void giveBack(BackendConnection leased) {
    if (client.sessionMode()) {
      client.pool().releaseSession(leased);
    } else {
      if (session.pinned()) {
        leased.session().markDirty();
      }
      client.pool().release(leased, System.nanoTime());
    }
  }

  private void end() {
    BackendConnection leased = backend;
    if (leased != null) {
      // The next client may well take what this one could not yet.
      hold(leased, false);
    }
    backend = null;
    requests = null;
    keeper.leaseOver();
    client.readGate().open(ReadGate.PEER_UNWRITABLE | ReadGate.HELD);
  }

  // ---- from the client

  @Override
  public boolean consume(ByteBuf in) {
    RequestRelay relay = requests;
    if (relay == null || leaving) {
      if (leaving) {
        in.skipBytes(in.readableBytes());
      }
      return false;
    }
    if (queryStart == 0) {
      queryStart = System.nanoTime();
      client.requested(queryStart);
      if (transactionStart == 0) {
        transactionStart = queryStart;
      }
    }
    BackendConnection leased = backend;
    if (relay.relay(in) && leased != null && client.pool().config().mode() == PoolMode.STATEMENT) {
      // A refused BEGIN is answered without PostgreSQL, so no reply of its will end the lease.
      releaseIfQuiet(leased, relay, System.nanoTime());
    }
    return client.state() != this;
  }

  @Override
  public boolean wantsMore() {
    RequestRelay relay = requests;
    return relay != null && !relay.heldBack();
  }

  /** A read loop has ended: what it brought goes to PostgreSQL in one system call. */
  void requestsRead() {
    BackendConnection leased = backend;
    if (leased != null) {
      leased.flush();
    }
  }

  /** The client says that it leaves. What it sent before finishes, as in PostgreSQL. */
  void terminate() {
    BackendConnection leased = backend;
    RequestRelay relay = requests;
    if (leased == null || relay == null) {
      return;
    }
    if (leased.copyIn()) {
      // To PostgreSQL it is a violation, of which it tells the client before it closes.
      FrontendMessages.terminate(relay.out().own());
    }
    relay.out().end();
    leased.flush();
    leaving = true;
    leaveIfAnswered(leased, relay);
  }

  /** What was sent before the client's Terminate is answered: nothing more will come. */
  private void leaveIfAnswered(BackendConnection leased, RequestRelay relay) {
    ConversationLedger ledger = leased.ledger();
    int owed =
        ledger.count(Expect.QUERY) + ledger.count(Expect.SYNC) + ledger.count(Expect.FUNCTION_CALL);
    if (leased.copyIn() || owed > 0) {
      return;
    }
    end();
    if (leased.quiet() && relay.atBoundary()) {
      giveBack(leased);
    } else {
      client.pool().abandon(leased, client.sessionMode(), relay.batchOpen());
    }
    client.close();
  }

  /** A client that keeps its backend: in session mode, or pinned. */
  @Override
  public boolean betweenTransactions() {
    BackendConnection leased = backend;
    RequestRelay relay = requests;
    return leased != null && relay != null && leased.quiet() && relay.atBoundary();
  }

  /** A part of a message has been forwarded to the client, and the rest has not come. */
  boolean midReply() {
    BackendConnection leased = backend;
    return leased != null && leased.midReply();
  }

  @Override
  public void clientWritable(boolean writable) {
    BackendConnection leased = backend;
    if (leased != null) {
      hold(leased, !writable);
    }
  }

  /**
   * It vanished without a word: whatever runs is cancelled, and an open transaction rolled back.
   */
  @Override
  public void clientGone() {
    BackendConnection leased = backend;
    RequestRelay relay = requests;
    if (leased == null || relay == null) {
      return;
    }
    // PostgreSQL waits for the rest of a message that will never come.
    boolean hopeless = relay.midMessage();
    boolean openBatch = relay.batchOpen();
    relay.out().end();
    end();
    if (session.pinned()) {
      leased.session().markDirty();
    }
    if (!leased.ledger().isEmpty()) {
      client.context().cancels().cancel(leased, () -> {});
    }
    if (hopeless) {
      leased.close();
    } else {
      client.pool().abandon(leased, client.sessionMode(), openBatch);
    }
  }

  @Override
  public void cancel(Runnable settled) {
    BackendConnection leased = backend;
    if (leased != null && owesClient(leased)) {
      client.context().cancels().cancel(leased, settled);
    } else {
      settled.run();
    }
  }

  /** Something of the client's own runs; what Sluice asks on its behalf is not to be cancelled. */
  private static boolean owesClient(BackendConnection leased) {
    ConversationLedger ledger = leased.ledger();
    for (int kind = Expect.QUERY; kind <= Expect.EXECUTE; kind++) {
      if (ledger.count(kind) > 0) {
        return true;
      }
    }
    return leased.copyIn();
  }

  // ---- from the backend

  @Override
  public EventExecutor executor() {
    return client.channel().eventLoop();
  }

  @Override
  public void forward(ByteBuf bytes) {
    client.write(bytes);
    BackendConnection leased = backend;
    if (leased != null && !client.channel().isWritable()) {
      hold(leased, true);
    }
  }

  @Override
  public void readComplete() {
    client.flush();
  }

  @Override
  public void undone(int code, @Nullable Object reference, boolean failed) {
    if (reference instanceof Undoable change) {
      change.undo(failed);
    } else if (Expect.kind(code) == Expect.PARSE && !Expect.swallowed(code)) {
      RequestRelay relay = requests;
      if (relay != null) {
        relay.statements().unnamedUndone(failed, (Statement) reference);
      }
    }
  }

  @Override
  public boolean parameterReported(String name, String value) {
    if (value.equals(session.believes(name)) || keeper.isPutRight(name, value)) {
      return false;
    }
    session.reported(name, value);
    session.settings(client.pool().profiles().share(session.settings()));
    BackendConnection leased = backend;
    if (leased != null) {
      leased.session().applied(session.settings());
    }
    return true;
  }

  @Override
  public void commandCompleted(String tag) {
    RequestRelay relay = requests;
    if (relay != null) {
      relay.statements().inSql().commandCompleted(tag);
    }
  }

  @Override
  public void statementFailed(ErrorMessage error, @Nullable Object reference) {
    counters.errors++;
    keeper.statementFailed();
    if (error.cachedPlanChanged() && reference instanceof Statement statement) {
      statement.retire();
    }
  }

  @Override
  public void catchUpFailed(ErrorMessage error) {
    BackendConnection leased = backend;
    RequestRelay relay = requests;
    if (leased == null || relay == null) {
      return;
    }
    // PostgreSQL has skipped all that was sent behind it: no statement of the client has run.
    boolean begun = relay.begun();
    boolean batchSent = !relay.batchOpen();
    end();
    leased.close();
    client.transition(
        !begun
            ? DetachedState.refused(client, error)
            : batchSent
                ? DetachedState.afterBatch(client, error)
                : DetachedState.inBatch(client, error));
    client.resume();
    client.flush();
  }

  @Override
  public void repliesHandled(int readies, int transactionsEnded) {
    BackendConnection leased = backend;
    RequestRelay relay = requests;
    if (leased == null || relay == null) {
      return;
    }
    long now = System.nanoTime();
    if (readies > 0) {
      count(readies, transactionsEnded, now);
      if (client.pool().config().mode() == PoolMode.STATEMENT
          && leased.transactionStatus() != TransactionStatus.IDLE) {
        refuseTransaction(leased);
        return;
      }
    }
    if (leaving) {
      leaveIfAnswered(leased, relay);
      return;
    }
    boolean held = relay.heldBack();
    releaseIfQuiet(leased, relay, now);
    if (backend == null) {
      client.resume();
      client.flush();
    } else if (!held) {
      client.resume();
      leased.flush();
    }
  }

  private void count(int readies, int transactionsEnded, long now) {
    counters.queries += readies;
    if (queryStart != 0) {
      counters.queryNanos += now - queryStart;
      queryStart = 0;
    }
    if (transactionsEnded > 0) {
      counters.transactions += transactionsEnded;
      if (transactionStart != 0) {
        counters.transactionNanos += now - transactionStart;
        transactionStart = 0;
      }
    }
  }

  private void refuseTransaction(BackendConnection leased) {
    end();
    client.pool().abandon(leased, false, false);
    client.fail(
        ErrorMessage.fatal(
                SqlState.FEATURE_NOT_SUPPORTED,
                "transaction blocks are not allowed in pool mode statement")
            .withHint("Use pool.mode = transaction for this database or user."));
  }

  @Override
  public void backendWritable(boolean writable) {
    client.readGate().set(ReadGate.PEER_UNWRITABLE, !writable);
  }

  @Override
  public void backendLost(@Nullable ErrorMessage lastWords) {
    BackendConnection lost = backend;
    RequestRelay relay = requests;
    if (lost == null || relay == null) {
      return;
    }
    boolean midReply = lost.midReply();
    boolean midRequest = relay.midMessage();
    boolean stateLost = session.pinned() || keeper.asking();
    LostBackend loss = LostBackend.of(lost.ledger(), lost.transactionStatus(), relay, lastWords);
    end();
    lost.discardLost();
    if (lastWords != null && lastWords.is(SqlState.PROTOCOL_VIOLATION)) {
      // The client's own doing: PostgreSQL lost track of what it sent.
      client.fail(lastWords);
    } else if (client.sessionMode() || stateLost) {
      client.fail(loss.error().withSeverity(Severity.FATAL).withSqlState(SqlState.ADMIN_SHUTDOWN));
    } else if (midReply) {
      // Half a message is at the client: nothing that could be said would be understood.
      client.close();
    } else if (midRequest) {
      client.fail(loss.error().withSeverity(Severity.FATAL));
    } else {
      client.transition(DetachedState.lost(client, loss));
      client.resume();
      client.flush();
    }
  }
}
