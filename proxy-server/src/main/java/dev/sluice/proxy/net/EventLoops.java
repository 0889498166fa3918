package dev.sluice.proxy.net;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops, numbered from zero, for what is kept per loop. */
public final class EventLoops {
  private final MultiThreadIoEventLoopGroup group;
  private final Transport transport;
  private final List<EventLoop> loops = new ArrayList<>();
  private final IdentityHashMap<EventLoop, Integer> indexes = new IdentityHashMap<>();

  public EventLoops(Transport transport, int count) {
    this.transport = transport;
    this.group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("sluice-loop"), transport.ioHandler());
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
