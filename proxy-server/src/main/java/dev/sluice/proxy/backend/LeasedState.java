package dev.sluice.proxy.backend;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has the backend. When the holder lives on another event loop, what was read is handed
 * over once per read loop, not once per buffer.
 */
final class LeasedState implements BackendState {
  private final BackendConnection backend;

  /** More than this on its way to another event loop, and the channel is not read. */
  private static final int MAX_HANDED_OVER = 256 * 1024;

  /** Read but not handed over yet; only used across loops. */
  private @Nullable List<ByteBuf> batch;

  private int batchBytes;

  LeasedState(BackendConnection backend) {
    this.backend = backend;
  }

  @Override
  public void read(ByteBuf in) {
    LeaseHolder holder = backend.holder();
    if (holder == null) {
      backend.strayed(in);
    } else if (holder.executor().inEventLoop()) {
      backend.relay(in, holder);
    } else {
      if (batch == null) {
        batch = new ArrayList<>(4);
      }
      batchBytes += in.readableBytes();
      batch.add(in);
    }
  }

  @Override
  public void readComplete() {
    LeaseHolder holder = backend.holder();
    List<ByteBuf> buffers = batch;
    if (buffers != null) {
      batch = null;
      if (holder == null) {
        buffers.forEach(backend::strayed);
        return;
      }
      boolean much = batchBytes >= MAX_HANDED_OVER;
      batchBytes = 0;
      if (much) {
        backend.handedOver(true);
      }
      holder
          .executor()
          .execute(
              () -> {
                handOver(holder, buffers);
                if (much) {
                  backend.channel().eventLoop().execute(() -> backend.handedOver(false));
                }
              });
    } else if (holder != null && holder.executor().inEventLoop()) {
      holder.readComplete();
    }
  }

  private void handOver(LeaseHolder holder, List<ByteBuf> buffers) {
    for (ByteBuf buffer : buffers) {
      if (backend.heldBy(holder)) {
        backend.relay(buffer, holder);
      } else {
        // Released while this was under way: what PostgreSQL sends without being asked.
        backend.channel().eventLoop().execute(() -> backend.strayed(buffer));
      }
    }
    holder.readComplete();
  }

  @Override
  public void writabilityChanged(boolean writable) {
    LeaseHolder holder = backend.holder();
    if (holder == null) {
      return;
    }
    if (holder.executor().inEventLoop()) {
      holder.backendWritable(writable);
    } else {
      holder
          .executor()
          .execute(
              () -> {
                if (backend.heldBy(holder)) {
                  holder.backendWritable(writable);
                }
              });
    }
  }

  @Override
  public void closed() {
    readComplete();
    LeaseHolder holder = backend.holder();
    if (holder == null) {
      return;
    }
    if (holder.executor().inEventLoop()) {
      lost(holder);
    } else {
      holder.executor().execute(() -> lost(holder));
    }
  }

  private void lost(LeaseHolder holder) {
    if (backend.heldBy(holder)) {
      holder.backendLost(backend.lastWords());
    }
  }
}
