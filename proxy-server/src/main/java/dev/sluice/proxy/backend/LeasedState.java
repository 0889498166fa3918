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

  /** Read since the holder gave the backend up and until its own loop hears of it. */
  private @Nullable List<ByteBuf> strayed;

  /** Of it, what had been handed over before the rest was read. */
  private int cameBack;

  private int strayedBytes;

  LeasedState(BackendConnection backend) {
    this.backend = backend;
  }

  @Override
  public void read(ByteBuf in) {
    LeaseHolder holder = backend.holder();
    if (holder == null) {
      batchStrayed();
      strayed(in);
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
      if (holder == null) {
        batchStrayed();
        return;
      }
      batch = null;
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
    for (int i = 0; i < buffers.size(); i++) {
      if (!backend.heldBy(holder)) {
        List<ByteBuf> rest = buffers.subList(i, buffers.size());
        backend.channel().eventLoop().execute(() -> backend.cameBack(rest));
        break;
      }
      backend.relay(buffers.get(i), holder);
    }
    holder.readComplete();
  }

  /** The holder has given the backend up in the middle of a read loop. */
  private void batchStrayed() {
    List<ByteBuf> buffers = batch;
    if (buffers != null) {
      batch = null;
      batchBytes = 0;
      buffers.forEach(this::strayed);
    }
  }

  private void strayed(ByteBuf in) {
    if (strayed == null) {
      strayed = new ArrayList<>(4);
    }
    strayed.add(in);
    strayedBytes += in.readableBytes();
    if (strayedBytes >= MAX_HANDED_OVER) {
      backend.handedOver(true);
    }
  }

  /** It was read before anything that has strayed. */
  void cameBack(List<ByteBuf> buffers) {
    if (strayed == null) {
      strayed = new ArrayList<>(buffers);
    } else {
      strayed.addAll(cameBack, buffers);
    }
    cameBack += buffers.size();
  }

  /** What was read and not handled since the last holder gave up, oldest first. */
  List<ByteBuf> takeStrayed() {
    List<ByteBuf> buffers = strayed;
    strayed = null;
    strayedBytes = 0;
    cameBack = 0;
    return buffers == null ? List.of() : buffers;
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
