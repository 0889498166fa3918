package dev.sluice.proxy.backend;

import dev.sluice.protocol.ledger.ConversationLedger;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.auth.BackendAuthenticator;
import dev.sluice.proxy.net.ReadGate;
import dev.sluice.proxy.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to PostgreSQL. Holds the channel, the current {@link BackendState}, and what is
 * known of the session at the other end.
 *
 * <p>Threads: the channel's events come on its own event loop. The conversation (ledger, prepared
 * statements, settings, transaction status) belongs to whoever has the backend: to its own loop
 * while nobody leases it, to the holder's executor during a lease. It changes hands through the
 * pool, whose lock orders the two.
 */
public final class BackendConnection extends ChannelInboundHandlerAdapter {
  /** ReadyForQuery: no transaction is open. */
  public static final byte IDLE = TransactionStatus.IDLE;

  private static final Logger log = LoggerFactory.getLogger(BackendConnection.class);

  /** How long PostgreSQL may take to close after Terminate. */
  private static final long CLOSE_MILLIS = 5_000;

  private final Channel channel;
  private final BackendTarget target;
  private final BackendOwner owner;
  private volatile LoopHome home;
  private BackendCounters counters;
  private final BackendWriter writer;
  private final BackendAge age = new BackendAge();
  private final ReadGate readGate;
  private final long connectedMillis = System.currentTimeMillis();

  private final ConversationLedger ledger = new ConversationLedger();
  private final BackendSession session = new BackendSession();
  private final ReplyRelay replies;
  private final PooledState pooled;
  private final LeasedState leased;
  private volatile BackendState state;
  private volatile @Nullable TlsSession tls;
  private volatile @Nullable LeaseHolder holder;

  private int processId;
  private byte[] cancelSecret = new byte[0];
  private byte transactionStatus = IDLE;
  private boolean copyIn;
  private boolean watchesTags;

  /** Terminate has been sent; the owner hears of the end when PostgreSQL has closed. */
  private boolean closing;

  private volatile @Nullable ErrorMessage lastWords;

  /** Cancel requests on their way: until they have arrived they could hit whoever is next. */
  private final AtomicInteger pendingCancels = new AtomicInteger();

  BackendConnection(Channel channel, LoopHome home, BackendTarget target, BackendOwner owner) {
    this.channel = channel;
    this.home = home;
    this.target = target;
    this.owner = owner;
    this.counters = home.counters();
    this.writer = new BackendWriter(channel, counters);
    this.readGate = new ReadGate(channel);
    this.replies = new ReplyRelay(this);
    this.pooled = new PooledState(this);
    this.leased = new LeasedState(this);
    this.state = ClosedState.INSTANCE;
  }

  /** Before the channel is active. */
  LoginState login(BackendAuthenticator authenticator, int timeoutMillis, LoginAttempt attempt) {
    LoginState login = new LoginState(this, authenticator, attempt);
    state = login;
    after(
        timeoutMillis,
        () -> {
          if (state == login) {
            login.timedOut();
          }
        });
    return login;
  }

  /** TLS is in use; before the first byte is sent. */
  void secured(TlsSession session) {
    tls = session;
    writer.throughPipeline();
  }

  /** Null in plain text. */
  @Nullable TlsSession tls() {
    return tls;
  }

  /** Ends a connection that never came to be: the owner knows already. */
  void abort() {
    state = ClosedState.INSTANCE;
    channel.close();
  }

  // ---- the channel's events

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (state instanceof LoginState login) {
      login.begin();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    counters.received += in.readableBytes();
    state.read(in);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    state.readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    state.writabilityChanged(channel.isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    writer.closed();
    BackendState last = state;
    if (last == ClosedState.INSTANCE) {
      closedAtLast();
      return;
    }
    if (!(last instanceof LeasedState || last instanceof PooledState)) {
      state = ClosedState.INSTANCE;
    }
    last.closed();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      channel.close(); // like the end of the stream: nothing more will come
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (state instanceof LoginState login) {
      login.broken(cause);
    }
    // What PostgreSQL sends inside TLS, and what it breaks, comes as a DecoderException.
    if (cause instanceof java.io.IOException || cause instanceof DecoderException) {
      log.debug("backend {}: {}", target.node(), cause.toString());
    } else {
      log.error("backend {}: internal error", target.node(), cause);
    }
    channel.close();
  }

  // ---- leasing

  /** The pool hands the backend out; under the pool's lock. */
  public void lease(LeaseHolder newHolder) {
    age.leased();
    holder = newHolder;
    state = leased;
  }

  /** The holder gives the backend back, quiet and clean; the pool decides what becomes of it. */
  public void pooled(long nowNanos) {
    age.pooled(nowNanos);
    holder = null;
    state = pooled;
  }

  /** Somebody takes the backend, just logged in, for good. On its own event loop. */
  public void leaseRaw(RawHolder newHolder) {
    state = new RawState(newHolder);
  }

  public @Nullable LeaseHolder holder() {
    return holder;
  }

  @SuppressWarnings("ReferenceEquality") // who holds it is a matter of identity
  boolean heldBy(LeaseHolder candidate) {
    return holder == candidate;
  }

  /** True when nothing is owed, nothing is half sent, and no transaction is open. */
  public boolean quiet() {
    return transactionStatus == IDLE
        && ledger.isEmpty()
        && !ledger.unsynced()
        && !copyIn
        && replies.atBoundary()
        && pendingCancels.get() == 0;
  }

  /** No cancel request is under way that could still arrive. */
  boolean settled() {
    return pendingCancels.get() == 0;
  }

  /** The client has part of a message of which the rest has not arrived. */
  public boolean midReply() {
    return replies.midMessage();
  }

  /**
   * Runs SQL of Sluice's own, one after the other, then offers the backend to the pool; closes it
   * if one fails or all take longer than the deadline. The lease is over.
   */
  public void run(List<OwnQuery> queries, long deadlineMillis) {
    run(queries, deadlineMillis, () -> owner.available(this));
  }

  /**
   * As {@link #run(List, long)}.
   *
   * @param done decides instead what becomes of the backend; on its own event loop
   */
  public void run(List<OwnQuery> queries, long deadlineMillis, Runnable done) {
    onOwnLoop(() -> enter(new TaskState(this, queries, deadlineMillis, done, error -> giveUp())));
  }

  /** A connection that has ended by itself has nobody else to tell its owner. */
  private void giveUp() {
    if (state == ClosedState.INSTANCE) {
      discardLost();
    } else {
      close();
    }
  }

  /**
   * Asks PostgreSQL what the session holds; closes the backend if that takes longer than the
   * deadline. The lease is over.
   *
   * @param told the answer, null if PostgreSQL would not tell; decides what becomes of the backend;
   *     on its own event loop
   */
  public void ask(
      Function<BackendSession, SessionInquiry.Questions> questions,
      long deadlineMillis,
      Consumer<@Nullable SessionFacts> told) {
    onOwnLoop(() -> enter(new InquiryState(this, questions.apply(session), deadlineMillis, told)));
  }

  /**
   * The client left in the middle: what is under way is awaited and dropped, an open transaction is
   * rolled back. The lease is over.
   *
   * @param after SQL to run then, such as a reset
   * @param openBatch extended-protocol messages were sent and their Sync was not
   */
  public void abandon(List<OwnQuery> after, boolean openBatch, long deadlineMillis) {
    onOwnLoop(() -> enter(new DrainState(this, after, openBatch, deadlineMillis)));
  }

  /**
   * Moves to another event loop, then offers the backend to the pool again. It is idle, and the
   * caller's alone.
   */
  void moveTo(LoopHome to) {
    onOwnLoop(() -> enter(new MovingState(this, to)));
  }

  /** Arrived on another event loop; on that loop. */
  void settled(LoopHome at) {
    home = at;
    counters = at.counters();
    writer.countIn(counters);
  }

  private void onOwnLoop(Runnable action) {
    LeaseHolder last = holder;
    holder = null;
    if (channel.eventLoop().inEventLoop()) {
      action.run();
    } else if (last == null) {
      channel.eventLoop().execute(action);
    } else {
      // What was read and handed over to the holder's loop has to come back first, or it would be
      // handled behind what is read from here on: so once there and back again.
      channel
          .eventLoop()
          .execute(
              () -> last.executor().execute(() -> channel.eventLoop().execute(() -> back(action))));
    }
  }

  /** The backend is back on its own loop, and so is all that was read from it. */
  private void back(Runnable action) {
    List<ByteBuf> unhandled = leased.takeStrayed();
    readGate.open(ReadGate.HANDED_OVER);
    action.run();
    unhandled.forEach(in -> state.read(in));
  }

  void enter(BackendState next) {
    if (state == ClosedState.INSTANCE) {
      return;
    }
    readGate.open(ReadGate.PEER_UNWRITABLE);
    state = next;
    if (!channel.isActive()) {
      state = ClosedState.INSTANCE;
      next.closed();
      return;
    }
    switch (next) {
      case TaskState task -> task.begin();
      case DrainState drain -> drain.begin();
      case InquiryState inquiry -> inquiry.begin();
      case MovingState move -> move.begin(readGate);
      default -> {}
    }
  }

  BackendState state() {
    return state;
  }

  void relay(ByteBuf in, LeaseHolder to) {
    replies.relay(in, to);
  }

  /** Handed over to a holder that had given the backend up before. */
  void cameBack(List<ByteBuf> buffers) {
    if (state == leased && holder == null) {
      leased.cameBack(buffers);
    } else {
      buffers.forEach(in -> state.read(in));
    }
  }

  ReplyRelay replies() {
    return replies;
  }

  // ---- writing

  /** Queues bytes for PostgreSQL; the buffer is handed over. */
  public void write(ByteBuf bytes) {
    writer.write(bytes);
  }

  public void flush() {
    writer.flush();
  }

  /**
   * Stops or resumes reading from PostgreSQL because the client cannot, or can again, take more.
   */
  public void holdReading(boolean hold) {
    if (channel.eventLoop().inEventLoop()) {
      readGate.set(ReadGate.PEER_UNWRITABLE, hold);
    } else {
      channel.eventLoop().execute(() -> readGate.set(ReadGate.PEER_UNWRITABLE, hold));
    }
  }

  /** On the channel's own event loop: whether much is on its way to the holder's. */
  void handedOver(boolean much) {
    readGate.set(ReadGate.HANDED_OVER, much);
  }

  // ---- cancelling

  /** A cancel request for this backend is about to be sent. */
  void cancelStarted() {
    pendingCancels.incrementAndGet();
  }

  /** PostgreSQL has dealt with the cancel request: what comes next is safe from it. */
  void cancelSettled() {
    if (pendingCancels.decrementAndGet() > 0) {
      return;
    }
    LeaseHolder current = holder;
    if (current != null) {
      current
          .executor()
          .execute(
              () -> {
                if (heldBy(current)) {
                  current.repliesHandled(0, 0);
                }
              });
    } else {
      channel
          .eventLoop()
          .execute(
              () -> {
                if (state instanceof DrainState drain) {
                  drain.proceed();
                }
              });
    }
  }

  // ---- ending

  /** Ends the connection in an orderly way. The owner is told that it is gone. */
  public void close() {
    holder = null;
    if (channel.eventLoop().inEventLoop()) {
      closeNow();
    } else {
      channel.eventLoop().execute(this::closeNow);
    }
  }

  /** Ends the connection as a failure of it would; whoever has the backend is told. */
  public void cut() {
    channel.close();
  }

  private void closeNow() {
    if (state == ClosedState.INSTANCE) {
      return;
    }
    state = ClosedState.INSTANCE;
    replies.reset();
    leased.takeStrayed().forEach(ByteBuf::release);
    ByteBuf bye = channel.alloc().ioBuffer(8);
    FrontendMessages.terminate(bye);
    // PostgreSQL closes when its process is gone: until then it counts, or there would be more of
    // them than the pool may have.
    closing = true;
    readGate.open(ReadGate.PEER_UNWRITABLE | ReadGate.HANDED_OVER);
    writer.finish(bye);
    after(CLOSE_MILLIS, () -> channel.close());
    if (!channel.isActive()) {
      closedAtLast();
    }
  }

  private void closedAtLast() {
    if (closing) {
      closing = false;
      owner.closed(this);
    }
  }

  /** PostgreSQL, or what claims to be it, broke the protocol. */
  void violated(String what) {
    log.warn("backend {}: protocol violation: {}", target.node(), what);
    channel.eventLoop().execute(channel::close);
  }

  /** After a holder was told that the backend is lost: it is nobody's any more. */
  public void discardLost() {
    holder = null;
    state = ClosedState.INSTANCE;
    replies.reset();
    owner.closed(this);
  }

  // ---- what is known of the connection

  public Channel channel() {
    return channel;
  }

  /** The number of the event loop that the backend lives on. */
  public int loopIndex() {
    return home.index();
  }

  public BackendTarget target() {
    return target;
  }

  BackendOwner owner() {
    return owner;
  }

  public ConversationLedger ledger() {
    return ledger;
  }

  /** What is known of the session at the other end. */
  public BackendSession session() {
    return session;
  }

  void identify(int process, byte[] secret) {
    processId = process;
    cancelSecret = secret;
  }

  /** The server process's id, for statistics and cancel requests. */
  public int processId() {
    return processId;
  }

  byte[] cancelSecret() {
    return cancelSecret;
  }

  public byte transactionStatus() {
    return transactionStatus;
  }

  void transactionStatus(byte status) {
    transactionStatus = status;
  }

  public boolean copyIn() {
    return copyIn;
  }

  void copyIn(boolean started) {
    copyIn = started;
  }

  /** CopyDone or CopyFail is being sent: from here on PostgreSQL heeds Sync again. */
  public void endCopyIn() {
    if (copyIn) {
      copyIn = false;
    } else {
      ledger.copyEnded();
    }
  }

  boolean watchesTags() {
    return watchesTags;
  }

  /** Whether the holder wants to see command tags. */
  public void watchTags(boolean watch) {
    watchesTags = watch;
  }

  void lastWords(ErrorMessage error) {
    lastWords = error;
  }

  /** The FATAL error with which PostgreSQL ended the connection, if it said any. */
  public @Nullable ErrorMessage lastWords() {
    return lastWords;
  }

  /** How many transactions of clients have ended here. */
  public long transactions() {
    return replies.transactions();
  }

  /** How many errors clients were answered with. */
  public long errors() {
    return replies.errors();
  }

  /** For the console. */
  public BackendView view() {
    BackendView.State word =
        switch (state) {
          case LoginState _ -> BackendView.State.LOGIN;
          case LeasedState _, RawState _ -> BackendView.State.ACTIVE;
          case PooledState _ -> BackendView.State.IDLE;
          case TaskState _, InquiryState _, DrainState _, MovingState _ -> BackendView.State.TESTED;
          case ClosedState _ -> BackendView.State.CLOSED;
        };
    TlsSession encryption = tls;
    return new BackendView(
        target.node(),
        word,
        processId,
        channel.remoteAddress(),
        channel.localAddress(),
        connectedMillis,
        session.prepared().size(),
        String.valueOf(session.reported().get("application_name")),
        encryption == null ? "" : encryption.describe());
  }

  /** For the pool, under its lock. */
  public BackendAge age() {
    return age;
  }

  void after(long millis, Runnable action) {
    channel.eventLoop().schedule(action, millis, TimeUnit.MILLISECONDS);
  }
}
