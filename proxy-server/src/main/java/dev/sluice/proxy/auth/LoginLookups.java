package dev.sluice.proxy.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where logins ask what may take its time. Directories have threads of their own, so that a silent
 * one holds up nobody who asks the system for a host's or a user's name. So many ask at once, and
 * so many wait; the rest is refused.
 */
public final class LoginLookups implements AutoCloseable {
  private static final int AT_ONCE = 16;
  private static final int WAITING = 1000;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor directories;
  private final ThreadPoolExecutor names;

  public LoginLookups() {
    this(AT_ONCE, WAITING);
  }

  /** Numbers for each of the two. */
  LoginLookups(int atOnce, int waiting) {
    directories = threads("sluice-directory-", atOnce, waiting);
    names = threads("sluice-names-", atOnce, waiting);
  }

  private static ThreadPoolExecutor threads(String name, int atOnce, int waiting) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name(name, 0).factory());
    // Most configurations never ask anything.
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Asks a directory; where there is no room for it, the answer is {@code otherwise} at once. */
  <T> CompletableFuture<T> inDirectory(Supplier<T> lookup, Supplier<T> otherwise) {
    return submit(directories, lookup, otherwise);
  }

  /** Asks for names; where there is no room for it, the answer is {@code otherwise} at once. */
  <T> CompletableFuture<T> ofNames(Supplier<T> lookup, Supplier<T> otherwise) {
    return submit(names, lookup, otherwise);
  }

  private static <T> CompletableFuture<T> submit(
      ThreadPoolExecutor threads, Supplier<T> lookup, Supplier<T> otherwise) {
    try {
      return CompletableFuture.supplyAsync(lookup, threads);
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(otherwise.get());
    }
  }

  /** Stops now. */
  @Override
  public void close() {
    directories.shutdownNow();
    names.shutdownNow();
  }
}
