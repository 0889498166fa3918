package dev.sluice.proxy.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;

/**
 * The probers of all servers, one for each name, shared by the databases on it. The login of who
 * comes first is used for all. Safe for all threads.
 */
public final class ServerProbers implements AutoCloseable {
  private final LongSupplier nanoTime;

  /** Guarded by this. */
  private final Map<String, ServerProber> probers = new HashMap<>();

  /** No server is probed yet. */
  public ServerProbers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Has the listener told of the server, beginning at once. */
  synchronized ServerProber subscribe(
      ProbeTarget target, ProbeTiming timing, ProbeListener listener) {
    ServerProber prober = probers.get(target.name());
    if (prober == null) {
      prober = new ServerProber(target, nanoTime);
      prober.subscribe(listener, timing);
      probers.put(target.name(), prober);
      prober.start();
    } else {
      prober.subscribe(listener, timing);
    }
    return prober;
  }

  /** Ends the prober when nobody is left; waits for that. */
  void unsubscribe(ServerProber prober, ProbeListener listener) {
    synchronized (this) {
      if (!prober.unsubscribe(listener)) {
        return;
      }
      probers.remove(prober.name(), prober);
    }
    prober.close();
  }

  /** Servers that are probed. */
  public synchronized int size() {
    return probers.size();
  }

  /** Ends all that still run. */
  @Override
  public void close() {
    Map<String, ServerProber> left;
    synchronized (this) {
      left = Map.copyOf(probers);
      probers.clear();
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      left.values().forEach(prober -> threads.execute(prober::close));
    }
  }
}
