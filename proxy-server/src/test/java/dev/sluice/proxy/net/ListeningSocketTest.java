package dev.sluice.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an accepted connection has of the configuration, however it comes by it. */
class ListeningSocketTest {
  private final BlockingQueue<Channel> accepted = new ArrayBlockingQueue<>(1);
  private @Nullable EventLoops loops;

  @AfterEach
  void stop() {
    if (loops != null) {
      loops.shutdown().awaitUninterruptibly();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void anAcceptedConnectionIsKeptAliveAndSendsAtOnce(Transport transport) throws Exception {
    assumeTrue(transport.unavailability() == null);
    Channel channel = accept(transport, Duration.ofSeconds(77), Duration.ofSeconds(4));
    assertEquals(true, channel.config().getOption(ChannelOption.SO_KEEPALIVE));
    assertEquals(true, channel.config().getOption(ChannelOption.TCP_NODELAY));
  }

  @Test
  void epollConnectionsHaveTheConfiguredTimes() throws Exception {
    assumeTrue(Epoll.isAvailable());
    Channel channel = accept(Transport.EPOLL, Duration.ofSeconds(77), Duration.ofSeconds(4));
    assertEquals(77, channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE));
    assertEquals(4_000, channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT));
  }

  @Test
  void zeroMeansNone() throws Exception {
    assumeTrue(Epoll.isAvailable());
    Channel channel = accept(Transport.EPOLL, Duration.ZERO, Duration.ZERO);
    assertEquals(false, channel.config().getOption(ChannelOption.SO_KEEPALIVE));
    assertEquals(0, channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT));
  }

  private Channel accept(Transport transport, Duration keepAlive, Duration userTimeout)
      throws Exception {
    EventLoops group = new EventLoops(transport, 1);
    loops = group;
    ChannelSettings settings =
        new ChannelSettings(transport, PooledByteBufAllocator.DEFAULT, keepAlive, userTimeout);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group.group())
            .channel(transport.serverChannel())
            .childHandler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelActive(ChannelHandlerContext ctx) {
                    accepted.add(ctx.channel());
                  }
                });
    settings.applyTo(bootstrap);
    Channel listener =
        bootstrap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      client.getOutputStream().write(1);
      return Objects.requireNonNull(accepted.poll(10, TimeUnit.SECONDS), "not accepted");
    }
  }
}
