package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.net.ChannelSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Cancels what a backend is running, on a connection of its own as the protocol has it (manual,
 * "Canceling Requests in Progress").
 *
 * <p>PostgreSQL closes that connection after it has signalled the server process. Until then the
 * signal could hit whatever runs next, so the backend is told when the request is on its way and
 * when it has settled, and is not released in between.
 */
public final class CancelSender {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final ChannelSettings settings;

  public CancelSender(ChannelSettings settings) {
    this.settings = settings;
  }

  /**
   * From whoever has the backend.
   *
   * @param settled run when PostgreSQL has dealt with it, on any event loop
   */
  public void cancel(BackendConnection backend, Runnable settled) {
    backend.cancelStarted();
    settings
        .bootstrap(backend.channel().eventLoop(), backend.target().address())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MILLIS)
        .handler(new Request(backend, settled))
        .connect(backend.target().address())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                backend.cancelSettled();
                settled.run();
              }
            });
  }

  /** Sends the request and waits for PostgreSQL to close. */
  private static final class Request extends ChannelInboundHandlerAdapter {
    private final BackendConnection backend;
    private final Runnable settled;

    Request(BackendConnection backend, Runnable settled) {
      this.backend = backend;
      this.settled = settled;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Channel channel = ctx.channel();
      ByteBuf out = ctx.alloc().ioBuffer(16);
      FrontendMessages.cancelRequest(out, backend.processId(), backend.cancelSecret());
      ctx.writeAndFlush(out);
      channel.eventLoop().schedule(() -> channel.close(), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      backend.cancelSettled();
      settled.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
