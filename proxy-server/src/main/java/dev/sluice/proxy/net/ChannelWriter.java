package dev.sluice.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a channel. Most flushes have a single buffer to send and nothing before it: that goes
 * to the socket at once, without the entry in Netty's outbound buffer, its promise and its way
 * through the pipeline. Everything else, and what the kernel does not take at once, is Netty's.
 *
 * <p>Used from the channel's event loop. At most one buffer is kept here between {@link #write} and
 * {@link #flush}; it does not count for the channel's writability.
 */
public final class ChannelWriter {
  private final Channel channel;

  /**
   * Null where nothing may be written to the socket directly: with other transports, with TLS, and
   * in tests.
   */
  private @Nullable Socket socket;

  private @Nullable ByteBuf pending;

  /** Netty has been given something since the last flush. */
  private boolean queued;

  public ChannelWriter(Channel channel) {
    this.channel = channel;
    this.socket =
        switch (channel) {
          case EpollSocketChannel tcp -> (Socket) tcp.fd();
          case EpollDomainSocketChannel unix -> (Socket) unix.fd();
          default -> null;
        };
  }

  /**
   * From now on everything goes through the pipeline, which encrypts it. What was written before
   * must have been flushed.
   */
  public void throughPipeline() {
    if (!isEmpty()) {
      throw new IllegalStateException("there are bytes that were not flushed");
    }
    socket = null;
  }

  /** Queues bytes; the buffer is handed over. */
  public void write(ByteBuf bytes) {
    // On a closed channel nobody may ever flush: Netty releases the bytes at once.
    boolean direct = socket != null && channel.isActive() && bytes.hasMemoryAddress();
    if (direct && pending == null && !queued) {
      pending = bytes;
    } else {
      handOver();
      queue(bytes);
    }
  }

  public void flush() {
    ByteBuf only = pending;
    pending = null;
    if (only != null && !sent(only)) {
      queue(only);
    }
    if (queued) {
      queued = false;
      channel.flush();
    }
  }

  /** Sends what is queued, and then these bytes; the buffer is handed over. */
  public ChannelFuture finish(ByteBuf last) {
    handOver();
    queued = false;
    return channel.writeAndFlush(last);
  }

  /** Nothing waits here for a flush. */
  public boolean isEmpty() {
    return pending == null && !queued;
  }

  /** The channel is closed: nothing will be flushed any more. */
  public void release() {
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  private void handOver() {
    ByteBuf first = pending;
    if (first != null) {
      pending = null;
      queue(first);
    }
  }

  private void queue(ByteBuf bytes) {
    queued = true;
    channel.write(bytes, channel.voidPromise());
  }

  /** Tries to send a buffer past Netty. True if all of it is gone, and released. */
  private boolean sent(ByteBuf bytes) {
    ChannelOutboundBuffer before = channel.unsafe().outboundBuffer();
    if (socket == null
        || before == null
        || !before.isEmpty()
        || before.totalPendingWriteBytes() > 0
        || !channel.isActive()) {
      return false;
    }
    try {
      int count =
          socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
      bytes.skipBytes(Math.max(0, count));
    } catch (IOException e) {
      // Netty will meet the same error, and closes the channel as it does for all others.
      return false;
    }
    if (bytes.isReadable()) {
      return false;
    }
    bytes.release();
    return true;
  }
}
