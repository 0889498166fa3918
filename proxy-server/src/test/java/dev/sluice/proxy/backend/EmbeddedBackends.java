package dev.sluice.proxy.backend;

import dev.sluice.proxy.auth.BackendAuthenticator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Backends on embedded channels, with a {@link FakePostgres} at the other end of each. Nothing
 * moves between the two but by {@link #exchange}, in pieces of the test's choosing.
 */
public final class EmbeddedBackends implements Dialer {
  private final ByteBufAllocator allocator;
  private final BackendAuthenticator authenticator = new BackendAuthenticator(Runnable::run);
  private final List<Backend> backends = new ArrayList<>();

  public EmbeddedBackends(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  private static final class Backend {
    final FakePostgres postgres = new FakePostgres();
    final EmbeddedChannel channel;
    final String node;
    byte[] answers = new byte[0];

    Backend(EmbeddedChannel channel, String node) {
      this.channel = channel;
      this.node = node;
    }
  }

  @Override
  public void dial(BackendTarget target, int loopIndex, BackendOwner owner) {
    ChannelInitializer<Channel> initializer =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.config().setAllocator(allocator);
            BackendConnection backend =
                new BackendConnection(
                    channel,
                    new LoopHome(channel.eventLoop(), loopIndex, new BackendCounters()),
                    target,
                    owner);
            backend.login(authenticator, 60_000, LoginAttempt.ONLY);
            channel.pipeline().addLast(backend);
          }
        };
    backends.add(new Backend(new EmbeddedChannel(initializer), target.node()));
  }

  @Override
  public void move(BackendConnection backend, int loopIndex) {
    throw new AssertionError("there is one event loop");
  }

  /**
   * Carries requests to PostgreSQL and one piece of its answers back, for every backend.
   *
   * @param pieces how many of so many bytes that wait are delivered next, at least one
   * @return false if there was nothing to carry
   */
  public boolean exchange(IntUnaryOperator pieces) {
    boolean moved = false;
    for (Backend backend : List.copyOf(backends)) {
      backend.channel.runPendingTasks();
      byte[] requests = sent(backend.channel);
      if (requests.length > 0) {
        moved = true;
        byte[] more = backend.postgres.receive(requests);
        int before = backend.answers.length;
        backend.answers = Arrays.copyOf(backend.answers, before + more.length);
        System.arraycopy(more, 0, backend.answers, before, more.length);
        if (backend.postgres.terminated()) {
          backend.channel.close();
        }
      }
      int waiting = backend.answers.length;
      if (waiting > 0 && backend.channel.isOpen()) {
        moved = true;
        int piece = pieces.applyAsInt(waiting);
        ByteBuf in = allocator.buffer(Math.max(piece, 2048));
        in.writeBytes(backend.answers, 0, piece);
        backend.answers = Arrays.copyOfRange(backend.answers, piece, waiting);
        backend.channel.writeInbound(in);
      }
    }
    return moved;
  }

  /** What a channel has written since it was asked last. */
  public static byte[] sent(EmbeddedChannel channel) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuf out;
    while ((out = channel.readOutbound()) != null) {
      bytes.writeBytes(ByteBufUtil.getBytes(out));
      out.release();
    }
    return bytes.toByteArray();
  }

  /** The nodes of those that are connected, in the order in which they were dialled. */
  public List<String> nodes() {
    return backends.stream()
        .filter(backend -> backend.channel.isActive())
        .map(backend -> backend.node)
        .toList();
  }

  /** Ends a server's connection without a word. */
  public void cut(int index) {
    backends.get(index).channel.close();
  }

  public List<FakePostgres> postgres() {
    return backends.stream().map(backend -> backend.postgres).toList();
  }

  /** Has a server send bytes that its model would not. */
  public void say(int index, byte[] bytes) {
    EmbeddedChannel channel = backends.get(index).channel;
    channel.writeInbound(allocator.buffer(bytes.length).writeBytes(bytes));
    channel.runPendingTasks();
  }

  public void close() {
    for (Backend backend : backends) {
      backend.channel.close();
      sent(backend.channel);
    }
  }
}
