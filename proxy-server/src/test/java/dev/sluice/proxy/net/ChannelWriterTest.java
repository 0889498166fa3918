package dev.sluice.proxy.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every buffer is sent in order and released once, whichever way it goes. */
class ChannelWriterTest {
  private static final int LARGE = 8 << 20;

  private final ServerSocket server;

  ChannelWriterTest() throws Exception {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private record Link(Channel channel, ChannelWriter writer, Socket peer) {
    <T> T onLoop(Callable<T> action) throws Exception {
      EventLoop loop = channel.eventLoop();
      return loop.submit(action).get();
    }
  }

  private @Nullable MultiThreadIoEventLoopGroup group;

  @AfterEach
  void stop() throws Exception {
    if (group != null) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }
    server.close();
  }

  private Link link(Transport transport) throws Exception {
    MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandler());
    group = loops;
    Channel channel =
        new Bootstrap()
            .group(loops)
            .channel(transport.socketChannel())
            .handler(new ChannelInboundHandlerAdapter())
            .connect(server.getLocalSocketAddress())
            .sync()
            .channel();
    return new Link(channel, new ChannelWriter(channel), server.accept());
  }

  private static ByteBuf buffer(int size, int value) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    for (int i = 0; i < size; i++) {
      bytes.writeByte(value);
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "NIO"})
  void oneBufferAndSeveralArriveInOrder(Transport transport) throws Exception {
    Link link = link(transport);
    ByteBuf alone = buffer(1, 1);
    ByteBuf first = buffer(1, 2);
    ByteBuf second = buffer(1, 3);
    link.onLoop(
        () -> {
          link.writer().write(alone);
          link.writer().flush();
          link.writer().write(first);
          link.writer().write(second);
          link.writer().flush();
          return link.writer().finish(buffer(1, 4));
        });
    assertArrayEquals(new byte[] {1, 2, 3, 4}, link.peer().getInputStream().readNBytes(4));
    assertEquals(0, alone.refCnt() + first.refCnt() + second.refCnt());
  }

  /** With TLS a buffer past the pipeline would be in plain text. */
  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "NIO"})
  void aSingleBufferGoesThroughThePipelineIfItHasTo(Transport transport) throws Exception {
    Link link = link(transport);
    link.onLoop(
        () -> {
          link.writer().write(buffer(1, 1));
          link.writer().flush();
          link.writer().throughPipeline();
          link.channel()
              .pipeline()
              .addFirst(
                  new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(
                        ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                      ((ByteBuf) message).setByte(0, 7);
                      ctx.write(message, promise);
                    }
                  });
          link.writer().write(buffer(1, 1));
          link.writer().flush();
          return true;
        });
    assertArrayEquals(new byte[] {1, 7}, link.peer().getInputStream().readNBytes(2));
  }

  /** What the kernel does not take at once goes on behind it, and what comes later behind that. */
  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "NIO"})
  void moreThanTheKernelTakesArrivesInOrder(Transport transport) throws Exception {
    Link link = link(transport);
    link.onLoop(
        () -> {
          link.writer().write(buffer(LARGE, 1));
          link.writer().flush();
          link.writer().write(buffer(1, 2));
          link.writer().flush();
          return true;
        });
    byte[] received = link.peer().getInputStream().readNBytes(LARGE + 1);
    assertEquals(LARGE + 1, received.length);
    assertEquals(1, received[LARGE - 1]);
    assertEquals(2, received[LARGE]);
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"EPOLL", "NIO"})
  void aClosedChannelKeepsNothing(Transport transport) throws Exception {
    Link link = link(transport);
    ByteBuf before = buffer(1, 1);
    link.onLoop(
        () -> {
          link.writer().write(before);
          return true;
        });
    link.channel().close().sync();
    ByteBuf after = buffer(1, 2);
    link.onLoop(
        () -> {
          link.writer().release();
          link.writer().write(after);
          return true;
        });
    assertEquals(0, before.refCnt());
    assertEquals(0, after.refCnt(), "nobody will flush it");
  }
}
