package dev.sluice.proxy.backend;

import dev.sluice.proxy.net.ChannelWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to PostgreSQL. When the holder lives on another event loop, what it wrote is handed over
 * once per flush, not once per buffer.
 */
final class BackendWriter {
  private final Channel channel;
  private final ChannelWriter out;
  private BackendCounters counters;

  /** Written but not flushed by a holder on another event loop. */
  private @Nullable List<ByteBuf> crossLoopWrites;

  BackendWriter(Channel channel, BackendCounters counters) {
    this.channel = channel;
    this.out = new ChannelWriter(channel);
    this.counters = counters;
  }

  /** The channel has moved to another event loop. */
  void countIn(BackendCounters ofItsLoop) {
    counters = ofItsLoop;
  }

  /** TLS is in use; see {@link ChannelWriter#throughPipeline}. */
  void throughPipeline() {
    out.throughPipeline();
  }

  /** Queues bytes for PostgreSQL; the buffer is handed over. */
  void write(ByteBuf bytes) {
    if (channel.eventLoop().inEventLoop()) {
      queue(bytes);
    } else {
      if (crossLoopWrites == null) {
        crossLoopWrites = new ArrayList<>(4);
      }
      crossLoopWrites.add(bytes);
    }
  }

  void flush() {
    List<ByteBuf> writes = crossLoopWrites;
    if (channel.eventLoop().inEventLoop()) {
      out.flush();
    } else if (writes != null) {
      crossLoopWrites = null;
      channel
          .eventLoop()
          .execute(
              () -> {
                writes.forEach(this::queue);
                out.flush();
              });
    }
  }

  /** The last bytes; on the channel's own event loop. */
  void finish(ByteBuf last) {
    out.finish(last);
  }

  /** The channel is closed; on its own event loop. */
  void closed() {
    out.release();
  }

  private void queue(ByteBuf bytes) {
    counters.sent += bytes.readableBytes();
    out.write(bytes);
  }
}
