package dev.sluice.proxy.net;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How busy each event loop is: the share of one core that its thread used since it was asked last.
 * CPU time, not time awake: on a machine that is full of other work, more threads would not help.
 */
public final class LoopLoads {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final AtomicLongArray threadIds;
  private final long[] cpuNanos;
  private long sampledNanos;

  public LoopLoads(EventLoops loops) {
    this.threadIds = new AtomicLongArray(loops.count());
    this.cpuNanos = new long[loops.count()];
    for (int i = 0; i < loops.count(); i++) {
      int index = i;
      loops.loop(i).execute(() -> threadIds.set(index, Thread.currentThread().threadId()));
    }
  }

  /** Shares from 0 to 1 by loop, since the last call. */
  public double[] sample(long nowNanos) {
    double[] shares = new double[cpuNanos.length];
    long elapsed = nowNanos - sampledNanos;
    boolean first = sampledNanos == 0;
    sampledNanos = nowNanos;
    for (int i = 0; i < shares.length; i++) {
      long id = threadIds.get(i);
      long cpu = id == 0 ? 0 : Math.max(0, threads.getThreadCpuTime(id));
      if (!first && elapsed > 0) {
        shares[i] = Math.clamp((cpu - cpuNanos[i]) / (double) elapsed, 0, 1);
      }
      cpuNanos[i] = cpu;
    }
    return shares;
  }
}
