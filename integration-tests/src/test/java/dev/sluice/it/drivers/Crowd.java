package dev.sluice.it.drivers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** More clients than backends, all at once. */
final class Crowd {

  static final int CLIENTS = 12;

  private static final long TIMEOUT_SECONDS = 90;

  /** What one client does. */
  @FunctionalInterface
  interface Client {
    /**
     * @param number 0 to 11; what a client asks contains it, so that nobody's answer passes for
     *     another's
     */
    void run(int number, Crowd crowd) throws Exception;
  }

  private final PoolMode mode;
  private final CountDownLatch connected = new CountDownLatch(CLIENTS);

  private Crowd(PoolMode mode) {
    this.mode = mode;
  }

  /**
   * Runs the clients to their end, fails if one fails or the pool grows beyond its size, and names
   * the clients that failed.
   */
  static void run(Stage stage, PoolMode mode, Client client) throws Exception {
    BackendWatch watch = BackendWatch.on(stage, mode.database());
    new Crowd(mode).run(client);
    watch.assertNeverMoreThan(PoolMode.POOL_SIZE);
  }

  /**
   * In transaction mode waits until all clients have connected, so that all really share the pool;
   * in session mode they could not all be there at once.
   */
  void allConnected() throws InterruptedException {
    connected.countDown();
    if (mode == PoolMode.TRANSACTION && !connected.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(connected.getCount() + " clients did not connect");
    }
  }

  private void run(Client client) throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        running.add(threads.submit(() -> runOne(client, number)));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
      for (int i = 0; i < CLIENTS; i++) {
        try {
          running.get(i).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
          failures.add(new AssertionError("client " + i, e.getCause()));
        } catch (TimeoutException e) {
          failures.add(new AssertionError("client " + i + " is stuck", e));
        }
      }
    } finally {
      threads.shutdownNow();
    }
    if (!failures.isEmpty()) {
      AssertionError error =
          new AssertionError(
              failures.size() + " of " + CLIENTS + " clients failed", failures.getFirst());
      failures.stream().skip(1).limit(2).forEach(error::addSuppressed);
      throw error;
    }
  }

  private Void runOne(Client client, int number) throws Exception {
    try {
      client.run(number, this);
      return null;
    } catch (Exception | AssertionError e) {
      // It may not have connected: the others must not wait for it.
      for (int i = 0; i < CLIENTS; i++) {
        connected.countDown();
      }
      throw e;
    }
  }
}
