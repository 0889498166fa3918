package dev.sluice.proxy.client;

import dev.sluice.config.ClientConfig;
import dev.sluice.config.PoolMode;
import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.message.TransactionStatus;
import dev.sluice.proxy.auth.ChannelBinding;
import dev.sluice.proxy.auth.ClientChannel;
import dev.sluice.proxy.net.ChannelMove;
import dev.sluice.proxy.net.ChannelWriter;
import dev.sluice.proxy.net.Frames;
import dev.sluice.proxy.net.ReadGate;
import dev.sluice.proxy.pool.Pool;
import dev.sluice.proxy.pool.Waiter;
import dev.sluice.proxy.session.ClientSession;
import dev.sluice.proxy.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: holds the channel, the current {@link ClientState}, and the bytes that
 * were received and not handled yet. Everything happens on the channel's event loop; the fields are
 * plain.
 *
 * <p>Buffers: a state may slice what it is offered and hand the slices on; what it leaves is kept
 * here. A state that forwards the whole buffer takes it with {@link #takeInbox}.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

  /** What PostgreSQL says when it stops. */
  private static final ErrorMessage SHUTDOWN =
      ErrorMessage.fatal(
          SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");

  private final Channel channel;
  private final ClientContext context;
  private LoopResources loop;
  private final ReadGate readGate;
  private final ChannelWriter writer;
  private Waiter waiter;
  private final IdleState idle = new IdleState(this);
  private final long connectedMillis = System.currentTimeMillis();
  private @Nullable ByteBuf inbox;

  /** Null in plain text. */
  private @Nullable TlsSession tls;

  private boolean driving;
  private ClientState state;

  /** Ends a login that takes too long; gone with it, for it would keep the connection in memory. */
  private @Nullable Future<?> loginTimer;

  // Known once logged in.
  private @Nullable Login login;
  private @Nullable ClientSession session;
  private @Nullable Pool pool;
  private @Nullable ActiveState active;

  /** Where the client is to live as soon as it is between transactions. */
  private @Nullable Home home;

  /** Plain: read by the console, a moment late. */
  private long requestNanos;

  private volatile long waitingSinceNanos;

  public ClientConnection(Channel channel, ClientContext context, LoopResources loop) {
    this.channel = channel;
    this.context = context;
    this.loop = loop;
    this.readGate = new ReadGate(channel);
    this.writer = new ChannelWriter(channel);
    this.waiter = new Waiter(loop.index());
    this.state = ClosedState.INSTANCE;
  }

  // ---- the channel's events

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    transition(new StartupState(this));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (pool != null) {
      pool.counters(loop.index()).clientBytesReceived += in.readableBytes();
    }
    inbox = Frames.join(channel.alloc(), inbox, in);
    drive();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (state instanceof ActiveState conversation) {
      conversation.requestsRead();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    state.clientWritable(channel.isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent end when state instanceof TlsHandshakeState handshake ->
          handshake.ended(end);
      // Like the end of the stream: nothing more will come.
      case SslCloseCompletionEvent _ -> channel.close();
      default -> {}
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    writer.release();
    closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // What the other side sends inside TLS, and what it breaks, comes as a DecoderException.
    if (cause instanceof IOException || cause instanceof DecoderException) {
      log.debug("client {}: {}", describe(), cause.toString());
    } else {
      log.error("client {}: internal error", describe(), cause);
    }
    channel.close();
  }

  // ---- states

  /**
   * Goes on with what was received before: something other than the client's own read loop has made
   * it possible, so nobody else will flush what it sends.
   */
  void resume() {
    drive();
    if (state instanceof ActiveState conversation) {
      conversation.requestsRead();
    }
  }

  /** Offers the inbox to the current state, and to the next as long as they change. */
  @SuppressWarnings("ReferenceEquality") // is it still the same buffer?
  private void drive() {
    if (driving) {
      return;
    }
    driving = true;
    try {
      ByteBuf in;
      while ((in = inbox) != null) {
        boolean again = state.consume(in);
        if (inbox == in && !in.isReadable()) {
          inbox = null;
          in.release();
        }
        if (!again) {
          break;
        }
      }
    } finally {
      driving = false;
    }
    ByteBuf left = inbox;
    if (state == ClosedState.INSTANCE) {
      releaseInbox();
    } else if (left != null) {
      inbox = Frames.rest(channel.alloc(), left);
      boolean full = !state.wantsMore() && left.readableBytes() >= maxQueuedBytes();
      readGate.set(ReadGate.QUEUE_FULL, full);
    } else {
      readGate.open(ReadGate.QUEUE_FULL);
    }
  }

  private long maxQueuedBytes() {
    ClientConfig limits = context.config().client();
    return (state instanceof AuthenticationState ? limits.maxLoginBytes() : limits.maxQueuedBytes())
        .bytes();
  }

  /** The state that consumes the inbox hands the whole buffer on. */
  void takeInbox() {
    inbox = null;
  }

  /** Puts bytes in front of what was received; for requests that Sluice rewrites. */
  void replaceInbox(ByteBuf replacement) {
    ByteBuf old = inbox;
    inbox = replacement;
    if (old != null) {
      old.release();
    }
  }

  void transition(ClientState next) {
    assert channel.eventLoop().inEventLoop();
    if (state == ClosedState.INSTANCE && !(next instanceof StartupState)) {
      return;
    }
    state = next;
    next.enter();
  }

  /** Logged in, and has no backend. */
  void toIdle() {
    transition(idle);
    if (home != null) {
      // Not now: what the client was just told may not be on its way yet.
      channel.eventLoop().execute(this::move);
    }
  }

  // ---- moving to another event loop

  private record Home(EventLoop eventLoop, LoopResources resources) {}

  /** The client is to live on another event loop, as soon as it is between transactions. */
  public void moveTo(EventLoop to, LoopResources resources) {
    onLoop(
        () -> {
          home = to.inEventLoop() ? null : new Home(to, resources);
          move();
        });
  }

  /** The event loop that the client lives on; from any thread, and maybe a moment late. */
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  private void move() {
    Home to = home;
    if (to == null
        || state != idle
        || inbox != null
        || !writer.isEmpty()
        || !ChannelMove.possible(channel)) {
      return;
    }
    home = null;
    transition(new MovingState());
    ChannelMove.start(channel, readGate, to.eventLoop(), () -> arrived(to.resources()));
  }

  private void arrived(LoopResources resources) {
    if (state == ClosedState.INSTANCE) {
      return;
    }
    loop = resources;
    waiter = new Waiter(resources.index());
    // It counts for the old loop; the next transaction makes one for the new.
    active = null;
    toIdle();
    resume();
  }

  /** Runs something on the client's event loop, also if the client moves meanwhile. */
  void onLoop(Runnable action) {
    channel
        .eventLoop()
        .execute(
            () -> {
              if (channel.eventLoop().inEventLoop()) {
                action.run();
              } else {
                onLoop(action);
              }
            });
  }

  ClientState state() {
    return state;
  }

  private void closed() {
    ClientState last = state;
    if (last == ClosedState.INSTANCE) {
      return;
    }
    state = ClosedState.INSTANCE;
    if (!driving) {
      releaseInbox();
    }
    stopLoginTimer();
    last.clientGone();
    context.clients().left(this);
    if (pool != null) {
      pool.clientLeft();
    }
  }

  private void releaseInbox() {
    if (inbox != null) {
      inbox.release();
      inbox = null;
    }
  }

  // ---- TLS

  /** From now on all bytes go through this handler. What was written must have been flushed. */
  void encryptWith(SslHandler handler) {
    writer.throughPipeline();
    channel.pipeline().addFirst(handler);
  }

  void secured(TlsSession session) {
    tls = session;
  }

  /** What the connection has proved before the login. */
  ClientChannel proved() {
    TlsSession session = tls;
    if (session == null) {
      return ClientChannel.PLAINTEXT;
    }
    byte[] endPoint = session.endPoint();
    return new ClientChannel(
        true, endPoint == null ? null : ChannelBinding.of(endPoint), session.peerCommonName());
  }

  // ---- writing

  /** Queues bytes for the client; the buffer is handed over. */
  void write(ByteBuf bytes) {
    if (pool != null) {
      pool.counters(loop.index()).clientBytesSent += bytes.readableBytes();
    }
    writer.write(bytes);
  }

  void flush() {
    writer.flush();
  }

  /** Sends an error that the connection survives, without ReadyForQuery. */
  void writeError(ErrorMessage error) {
    ByteBuf out = channel.alloc().ioBuffer(256);
    BackendMessages.error(out, error);
    countError(error);
    write(out);
  }

  /** Pool mode statement: a BEGIN is answered here. */
  void refuseBlock() {
    writeError(
        ErrorMessage.error(
                SqlState.FEATURE_NOT_SUPPORTED,
                "transaction blocks are not allowed in pool mode statement")
            .withHint("Use pool.mode = transaction for this database or user."));
    ByteBuf out = channel.alloc().ioBuffer(8);
    BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
    write(out);
    flush();
  }

  void countError(ErrorMessage error) {
    if (pool != null) {
      pool.counters(loop.index()).errors++;
    }
  }

  /** Tells the client why, and closes. */
  void fail(ErrorMessage error) {
    if (state instanceof TlsHandshakeState) {
      drop();
      return;
    }
    if (context.logConnections() || log.isDebugEnabled()) {
      log.info("client {}: closed: {} ({})", describe(), error.message(), error.sqlState());
    }
    ByteBuf out = channel.alloc().ioBuffer(256);
    BackendMessages.error(out, error);
    countError(error);
    closed();
    writer.finish(out).addListener(ChannelFutureListener.CLOSE);
  }

  /** The client broke the protocol. */
  void violation(String message) {
    fail(ErrorMessage.fatal(SqlState.PROTOCOL_VIOLATION, message));
  }

  /** Closes at once: the client could not be sent anything. */
  void drop() {
    closed();
    channel.close();
  }

  /** Closes without a word: the client said that it leaves, or could not understand one. */
  void close() {
    closed();
    writer.finish(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
  }

  /** The proxy stops: the client is told to go as soon as it is between transactions. */
  public void shutDown() {
    onLoop(
        () -> {
          if (state.betweenTransactions()) {
            fail(SHUTDOWN);
          }
        });
  }

  /** The time to stop is over: whatever runs is cancelled. */
  public void cut() {
    onLoop(
        () -> {
          if (state instanceof ActiveState conversation && conversation.midReply()) {
            close(); // half a message is at the client: nothing said now would be understood
          } else if (state != ClosedState.INSTANCE) {
            fail(SHUTDOWN);
          }
        });
  }

  /** Closes the connection as it is; complete when it is closed. */
  public ChannelFuture end() {
    return channel.close();
  }

  // ---- what it is made of

  void loginTimer(Future<?> timer) {
    loginTimer = timer;
  }

  private void stopLoginTimer() {
    if (loginTimer != null) {
      loginTimer.cancel(false);
      loginTimer = null;
    }
  }

  void loggedIn(Login who, ClientSession believed, Pool of) {
    stopLoginTimer();
    login = who;
    session = believed;
    pool = of;
    of.clientJoined();
  }

  void loggedIn(Login who) {
    stopLoginTimer();
    login = who;
  }

  Channel channel() {
    return channel;
  }

  ClientContext context() {
    return context;
  }

  LoopResources loop() {
    return loop;
  }

  ReadGate readGate() {
    return readGate;
  }

  Waiter waiter() {
    return waiter;
  }

  ClientSession session() {
    return required(session);
  }

  Pool pool() {
    return required(pool);
  }

  ActiveState active() {
    if (active == null) {
      active = new ActiveState(this);
    }
    return active;
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not logged in");
    }
    return value;
  }

  /** Who it is; null before the login. */
  public @Nullable Login login() {
    return login;
  }

  /** The client keeps its backend until it leaves. */
  boolean sessionMode() {
    return pool().config().mode() == PoolMode.SESSION;
  }

  /** For logs: where it comes from and, if known, who it is. */
  String describe() {
    Login who = login;
    String from =
        channel.remoteAddress() instanceof InetSocketAddress tcp ? tcp.toString() : "[local]";
    return who == null ? from : who.user() + "@" + who.database() + " " + from;
  }

  // ---- to look at, from other threads

  /** What the console says of a client; fields read from another thread may be a moment late. */
  public ClientView view() {
    ClientState current = state;
    String word =
        switch (current) {
          case ActiveState _ -> "active";
          case WaitingState _ -> "waiting";
          case IdleState _, MovingState _, DetachedState _ -> "idle";
          case ConsoleState _, ReplicationState _ -> "active";
          case StartupState _, TlsHandshakeState _, AuthenticationState _, WelcomeState _ ->
              "login";
          case ClosedState _ -> "closed";
        };
    ClientSession believed = session;
    ActiveState conversation = active;
    TlsSession encryption = tls;
    return new ClientView(
        login,
        word,
        channel.remoteAddress(),
        channel.localAddress(),
        connectedMillis,
        lastRequestMillis(),
        current instanceof WaitingState ? System.nanoTime() - waitingSinceNanos : 0,
        current == conversation && conversation != null ? conversation.backend() : null,
        current instanceof ReplicationState,
        believed == null ? 0 : believed.namedCount(),
        believed == null ? List.of() : believed.pins(),
        believed == null ? "" : String.valueOf(believed.believes("application_name")),
        encryption == null ? "" : encryption.describe());
  }

  private long lastRequestMillis() {
    long nanos = requestNanos;
    return nanos == 0
        ? connectedMillis
        : System.currentTimeMillis() - (System.nanoTime() - nanos) / 1_000_000;
  }

  void requested(long nowNanos) {
    requestNanos = nowNanos;
  }

  void waitingSince(long nanos) {
    waitingSinceNanos = nanos;
  }
}
