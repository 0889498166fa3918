package dev.sluice.proxy.net;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops, numbered from zero, for what is kept per loop. Only the first few are in use, as
 * many as there is work for: a connection handed from one loop to another costs two wake-ups of a
 * thread, and a loop that handles much at a time makes few system calls.
 */
public final class EventLoops {
  private final MultiThreadIoEventLoopGroup group;
  private final Transport transport;
  private final List<EventLoop> loops = new ArrayList<>();
  private final IdentityHashMap<EventLoop, Integer> indexes = new IdentityHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile int inUse = 1;

  public EventLoops(Transport transport, int count) {
    this.transport = transport;
    EventExecutorChooserFactory inTurn =
        executors -> () -> executors[Math.floorMod(turn.getAndIncrement(), inUse)];
    this.group =
        new MultiThreadIoEventLoopGroup(
            count,
            new ThreadPerTaskExecutor(new DefaultThreadFactory("sluice-loop")),
            inTurn,
            transport.ioHandler());
    for (EventExecutor executor : group) {
      EventLoop loop = (EventLoop) executor;
      indexes.put(loop, loops.size());
      loops.add(loop);
    }
  }

  public MultiThreadIoEventLoopGroup group() {
    return group;
  }

  public Transport transport() {
    return transport;
  }

  public int count() {
    return loops.size();
  }

  /** How many loops, from the first on, take new connections; at least 1. */
  public int inUse() {
    return inUse;
  }

  /**
   * @param count at least 1, at most {@link #count}
   */
  public void use(int count) {
    inUse = Math.clamp(count, 1, loops.size());
  }

  public EventLoop loop(int index) {
    return loops.get(index);
  }

  public int indexOf(EventLoop loop) {
    Integer index = indexes.get(loop);
    if (index == null) {
      throw new IllegalArgumentException("not one of these event loops");
    }
    return index;
  }

  public Future<?> shutdown() {
    return group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }
}
