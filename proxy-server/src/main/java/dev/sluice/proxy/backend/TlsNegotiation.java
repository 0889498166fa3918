package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.tls.BackendTls;
import dev.sluice.proxy.tls.BackendTlsContexts;
import dev.sluice.proxy.tls.TlsFailure;
import dev.sluice.proxy.tls.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Agrees with PostgreSQL on TLS before anything else is said (manual, "SSL Session Encryption").
 * Stands before the handler of the connection, which hears that the channel is active only when
 * this is over, and takes itself out then.
 */
final class TlsNegotiation extends ChannelInboundHandlerAdapter {
  /** What comes of it; one of the three, once, on the channel's event loop. */
  interface Outcome {
    void secured(TlsSession session);

    /** The server has no TLS, and that is all right. */
    void plaintext();

    /** The channel is of no use any more; {@code reason} is for an operator. */
    void failed(String reason);
  }

  private final BackendTlsContexts contexts;
  private final BackendTls tls;
  private final Outcome outcome;
  private BackendTlsContexts.@Nullable Handshake handshake;
  private boolean over;

  TlsNegotiation(BackendTlsContexts contexts, BackendTls tls, Outcome outcome) {
    this.contexts = contexts;
    this.tls = tls;
    this.outcome = outcome;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (tls.direct()) {
      begin(ctx);
    } else {
      ByteBuf out = ctx.alloc().ioBuffer(8);
      FrontendMessages.sslRequest(out);
      ctx.writeAndFlush(out, ctx.voidPromise());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (over || handshake != null) {
      in.release();
      return;
    }
    int length = in.readableBytes();
    char answer = length == 0 ? 0 : (char) in.readByte();
    in.release();
    if (length == 0) {
      return;
    }
    if (length > 1) {
      // It would be taken for something that was sent encrypted (CVE-2021-23222).
      fail(answer == 'E' ? "it answered with an error" : "it sent more than its answer");
    } else if (answer == 'S') {
      begin(ctx);
    } else if (answer == 'N' && tls.plaintextAllowed()) {
      over = true;
      outcome.plaintext();
      goOn(ctx);
    } else if (answer == 'N') {
      fail("it has no TLS, which tls.mode demands");
    } else {
      fail("it is not a PostgreSQL server, or broke the protocol");
    }
  }

  private void begin(ChannelHandlerContext ctx) {
    BackendTlsContexts.Handshake begun = contexts.begin(tls, ctx.alloc());
    handshake = begun;
    ctx.pipeline().addBefore(ctx.name(), null, begun.handler());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    BackendTlsContexts.Handshake begun = handshake;
    if (over || begun == null || !(event instanceof SslHandshakeCompletionEvent end)) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    Throwable cause = end.cause();
    if (cause != null) {
      fail(TlsFailure.reason(cause));
      return;
    }
    try {
      TlsSession session = begun.session();
      over = true;
      outcome.secured(session);
      goOn(ctx);
    } catch (CertificateException | SSLException e) {
      fail(TlsFailure.reason(e));
    }
  }

  private static void goOn(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    ctx.pipeline().remove(ctx.handler());
  }

  private void fail(String reason) {
    over = true;
    outcome.failed(reason);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!over) {
      fail("it closed the connection");
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!over && !(cause instanceof DecoderException)) {
      fail(TlsFailure.reason(cause));
    } else if (!over) {
      // The end of the handshake is announced as well, with the same cause.
      return;
    }
    ctx.fireExceptionCaught(cause);
  }
}
