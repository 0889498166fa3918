package dev.sluice.proxy.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Handing slow work to an executor that may be shutting down. */
final class Work {
  private Work() {}

  /** Like supplyAsync, but a refusing executor fails the future instead of the caller. */
  static <T> CompletableFuture<T> submit(Executor executor, Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
