package dev.sluice.proxy.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where logins ask what may take its time: name services, directories, the system's users. So many
 * at once, and so many that wait; the rest is refused.
 */
public final class LoginLookups implements AutoCloseable {
  private static final int AT_ONCE = 16;
  private static final int WAITING = 1000;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  public LoginLookups() {
    this(AT_ONCE, WAITING);
  }

  LoginLookups(int atOnce, int waiting) {
    threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name("sluice-lookup-", 0).factory());
    // Most configurations never ask anything.
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs a lookup; where there is no room for it, the answer is {@code otherwise} at once. */
  <T> CompletableFuture<T> submit(Supplier<T> lookup, Supplier<T> otherwise) {
    try {
      return CompletableFuture.supplyAsync(lookup, threads);
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(otherwise.get());
    }
  }

  /** Stops now. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
