package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.net.ChannelSettings;
import dev.sluice.proxy.tls.BackendTlsContexts;
import dev.sluice.proxy.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels what a backend is running, on a connection of its own as the protocol has it (manual,
 * "Canceling Requests in Progress").
 *
 * <p>PostgreSQL closes that connection after it has signalled the server process. Until then the
 * signal could hit whatever runs next, so the backend is told when the request is on its way and
 * when it has settled, and is not released in between.
 */
public final class CancelSender {
  private static final Logger log = LoggerFactory.getLogger(CancelSender.class);
  private static final int TIMEOUT_MILLIS = 10_000;

  private final ChannelSettings settings;
  private final BackendTlsContexts tlsContexts;

  public CancelSender(ChannelSettings settings, BackendTlsContexts tlsContexts) {
    this.settings = settings;
    this.tlsContexts = tlsContexts;
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
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                if (backend.tls() != null) {
                  channel.pipeline().addLast(encrypted(backend, channel));
                }
                channel.pipeline().addLast(new Request(backend, settled));
              }
            })
        .connect(backend.target().address())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                backend.cancelSettled();
                settled.run();
              }
            });
  }

  /** The key is not for everybody to read: TLS where the session has it, whatever the mode. */
  private TlsNegotiation encrypted(BackendConnection backend, Channel channel) {
    return new TlsNegotiation(
        tlsContexts,
        backend.target().tls().demanded(),
        new TlsNegotiation.Outcome() {
          @Override
          public void secured(TlsSession session) {}

          @Override
          public void plaintext() {}

          @Override
          public void failed(String reason) {
            log.warn(
                "a cancel request could not be sent to {}: TLS: {}",
                backend.target().node(),
                reason);
            channel.close();
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
