package dev.sluice.proxy.server;

import dev.sluice.proxy.client.ClientRegistry;
import dev.sluice.proxy.net.EventLoops;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tells clients to go as soon as they are between transactions, and waits until all have gone. */
final class Drain {
  private static final long LOOK_MILLIS = 20;

  private final ClientRegistry clients;
  private final EventLoops loops;

  Drain(ClientRegistry clients, EventLoops loops) {
    this.clients = clients;
    this.loops = loops;
  }

  /** Completes when no client is left, or the time is over. */
  CompletableFuture<Void> run(Duration timeout) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    long deadline = System.nanoTime() + timeout.toNanos();
    AtomicReference<@Nullable ScheduledFuture<?>> task = new AtomicReference<>();
    Runnable look =
        () -> {
          clients.clients().forEach(client -> client.shutDown());
          if (clients.connected() == 0 || System.nanoTime() - deadline >= 0) {
            ScheduledFuture<?> running = task.get();
            if (running != null) {
              running.cancel(false);
            }
            // Closing waits for the loops: not on one of them.
            Thread.ofPlatform().name("sluice-drained").start(() -> done.complete(null));
          }
        };
    task.set(loops.loop(0).scheduleAtFixedRate(look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS));
    return done;
  }
}
