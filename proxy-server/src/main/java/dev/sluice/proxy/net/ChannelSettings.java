package dev.sluice.proxy.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringChannelOption;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options of every channel, clients' and backends' alike. The one place that sets them. */
public final class ChannelSettings {
  /** Above the high mark the other side is not read: connections times this bounds the memory. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  /** Each of up to 64 KiB: what one fast connection may bring before the others have their turn. */
  private static final int READS_PER_TURN = 4;

  private final Transport transport;
  private final ByteBufAllocator allocator;
  private final Duration keepAlive;
  private final Duration userTimeout;

  /**
   * @param keepAlive idle time before the first probe; zero for none
   * @param userTimeout how long sent data may stay unacknowledged; zero for the system's default
   */
  public ChannelSettings(
      Transport transport, ByteBufAllocator allocator, Duration keepAlive, Duration userTimeout) {
    this.transport = transport;
    this.allocator = allocator;
    this.keepAlive = keepAlive;
    this.userTimeout = userTimeout;
  }

  /** For a connection to this address, TCP or Unix socket. */
  public Bootstrap bootstrap(EventLoop loop, SocketAddress address) {
    boolean unix = address instanceof DomainSocketAddress;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(unix ? transport.domainSocketChannel() : transport.socketChannel());
    common().forEach((option, value) -> set(bootstrap, option, value));
    if (!unix) {
      tcp().forEach((option, value) -> set(bootstrap, option, value));
    }
    return bootstrap;
  }

  /** For a listening TCP socket and what it accepts. */
  public void applyTo(ServerBootstrap bootstrap) {
    listening().forEach((option, value) -> setListening(bootstrap, option, value));
    accepted().forEach((option, value) -> setAccepted(bootstrap, option, value));
  }

  /** For a listening Unix socket and what it accepts. */
  public void applyToUnix(ServerBootstrap bootstrap) {
    common().forEach((option, value) -> setAccepted(bootstrap, option, value));
  }

  /**
   * With epoll, what an accepted connection inherits from it (tcp(7)) is set here, which spares
   * every login some system calls.
   */
  private Map<ChannelOption<?>, Object> listening() {
    Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
    if (transport == Transport.EPOLL) {
      // Not TCP_DEFER_ACCEPT: who has said nothing yet would not be told when we stop to listen.
      options.putAll(inherited());
    }
    return options;
  }

  private Map<ChannelOption<?>, Object> accepted() {
    Map<ChannelOption<?>, Object> options = common();
    if (transport != Transport.EPOLL) {
      options.putAll(tcp());
    }
    return options;
  }

  /** Netty has no options by these names for a listening socket. TCP_NODELAY it sets itself. */
  private Map<ChannelOption<?>, Object> inherited() {
    Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
    int keepAliveSeconds = (int) keepAlive.toSeconds();
    int userTimeoutMillis = (int) userTimeout.toMillis();
    if (keepAliveSeconds > 0) {
      options.put(LinuxSocketOptions.SO_KEEPALIVE, 1);
      options.put(LinuxSocketOptions.TCP_KEEPIDLE, keepAliveSeconds);
    }
    if (userTimeoutMillis > 0) {
      options.put(LinuxSocketOptions.TCP_USER_TIMEOUT, userTimeoutMillis);
    }
    return options;
  }

  private Map<ChannelOption<?>, Object> common() {
    Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
    options.put(ChannelOption.ALLOCATOR, allocator);
    options.put(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    options.put(
        ChannelOption.RECVBUF_ALLOCATOR,
        new AdaptiveRecvByteBufAllocator(64, 2048, 65536).maxMessagesPerRead(READS_PER_TURN));
    return options;
  }

  private Map<ChannelOption<?>, Object> tcp() {
    Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
    options.put(ChannelOption.TCP_NODELAY, true);
    int keepAliveSeconds = (int) keepAlive.toSeconds();
    int userTimeoutMillis = (int) userTimeout.toMillis();
    options.put(ChannelOption.SO_KEEPALIVE, keepAliveSeconds > 0);
    switch (transport) {
      case EPOLL -> {
        if (keepAliveSeconds > 0) {
          options.put(EpollChannelOption.TCP_KEEPIDLE, keepAliveSeconds);
        }
        if (userTimeoutMillis > 0) {
          options.put(EpollChannelOption.TCP_USER_TIMEOUT, userTimeoutMillis);
        }
      }
      case IO_URING -> {
        if (keepAliveSeconds > 0) {
          options.put(IoUringChannelOption.TCP_KEEPIDLE, keepAliveSeconds);
        }
        if (userTimeoutMillis > 0) {
          options.put(IoUringChannelOption.TCP_USER_TIMEOUT, userTimeoutMillis);
        }
      }
      case NIO -> {}
    }
    return options;
  }

  @SuppressWarnings("unchecked") // each option was put in with a value of its own type
  private static void set(Bootstrap bootstrap, ChannelOption<?> option, Object value) {
    bootstrap.option((ChannelOption<Object>) option, value);
  }

  @SuppressWarnings("unchecked") // each option was put in with a value of its own type
  private static void setListening(
      ServerBootstrap bootstrap, ChannelOption<?> option, Object value) {
    bootstrap.option((ChannelOption<Object>) option, value);
  }

  @SuppressWarnings("unchecked") // each option was put in with a value of its own type
  private static void setAccepted(
      ServerBootstrap bootstrap, ChannelOption<?> option, Object value) {
    bootstrap.childOption((ChannelOption<Object>) option, value);
  }
}
