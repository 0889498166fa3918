package dev.sluice.it.frameworks;

import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads of one application, all at once. */
final class Together {

  private static final long TIMEOUT_SECONDS = 90;

  /** What one thread does. */
  @FunctionalInterface
  interface Work {
    /**
     * @param number of the thread, from 0
     */
    void run(int number) throws Exception;
  }

  private Together() {}

  /** Runs the threads to their end; when one fails, the others are interrupted. */
  static void run(int threads, Work work) throws InterruptedException {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      CompletionService<Integer> running = new ExecutorCompletionService<>(executor);
      for (int i = 0; i < threads; i++) {
        int number = i;
        running.submit(() -> runOne(number, work));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
      for (int i = 0; i < threads; i++) {
        Future<Integer> ended = running.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (ended == null) {
          throw new AssertionError(threads - i + " of " + threads + " threads are stuck");
        }
        ended.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  private static int runOne(int number, Work work) {
    try {
      work.run(number);
      return number;
    } catch (Exception | AssertionError e) {
      throw new AssertionError("thread " + number, e);
    }
  }
}
