package dev.sluice.proxy.server;

import dev.sluice.proxy.client.ClientConnection;
import dev.sluice.proxy.client.ClientRegistry;
import dev.sluice.proxy.net.EventLoops;
import dev.sluice.proxy.pool.PoolRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients to go as soon as they are between transactions, waits until all have gone, and cuts
 * those that have not when the time is over. A connection that has not logged in has nothing to
 * finish and is not waited for.
 */
final class Drain {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);
  private static final long LOOK_MILLIS = 20;

  /**
   * For cancelling and rolling back what was cut; a backend that hangs is not waited for longer.
   */
  private static final long CLEAN_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ClientRegistry clients;
  private final PoolRegistry pools;
  private final EventLoops loops;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private @Nullable ScheduledFuture<?> task;
  private long deadline;
  private boolean cut;

  Drain(ClientRegistry clients, PoolRegistry pools, EventLoops loops) {
    this.clients = clients;
    this.pools = pools;
    this.loops = loops;
  }

  /** Completes when no client is left, or the time is over. */
  CompletableFuture<Void> run(Duration timeout) {
    log.info(
        "draining: {} clients, for at most {} ms", clients.clients().size(), timeout.toMillis());
    loops.loop(0).execute(() -> begin(timeout.toNanos()));
    return done;
  }

  // What follows runs on the first event loop.

  private void begin(long timeoutNanos) {
    deadline = System.nanoTime() + timeoutNanos;
    task = loops.loop(0).scheduleAtFixedRate(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    Collection<ClientConnection> left = clients.clients();
    boolean over = System.nanoTime() - deadline >= 0;
    if (!cut && left.isEmpty()) {
      finish("drained: every client has gone");
    } else if (!cut && over) {
      cut = true;
      deadline += CLEAN_UP_NANOS;
      log.warn("drain-timeout is over: {} clients are cut", left.size());
      left.forEach(ClientConnection::cut);
    } else if (cut && (over || (left.isEmpty() && backendsAreQuiet()))) {
      finish("drained");
    } else if (!cut) {
      left.forEach(ClientConnection::shutDown);
    }
  }

  private boolean backendsAreQuiet() {
    return pools.pools().stream().allMatch(pool -> pool.usage().active() == 0);
  }

  private void finish(String how) {
    ScheduledFuture<?> running = task;
    if (running == null) {
      return;
    }
    task = null;
    running.cancel(false);
    log.info(how);
    // Closing waits for the loops: not on one of them.
    Thread.ofPlatform().name("sluice-drained").start(() -> done.complete(null));
  }
}
