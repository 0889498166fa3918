package dev.sluice.proxy.cluster;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one server again and again what it is and where it is, for all who want to know. It has one
 * connection and a thread of its own; no question is sent before the last one was answered or given
 * up.
 */
public final class ServerProber {
  private static final Logger log = LoggerFactory.getLogger(ServerProber.class);

  /** Between the last one's leaving and the end. */
  private static final ProbeTiming NOBODY =
      new ProbeTiming(Duration.ofSeconds(1), Duration.ofSeconds(1));

  private final ProbeTarget target;
  private final LongSupplier nanoTime;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean soon = new AtomicBoolean();
  private final AtomicBoolean nudge = new AtomicBoolean();
  private final Thread thread;
  private volatile boolean closed;

  // Of the thread.
  private @Nullable ProbeConnection connection;
  private long generation;
  private boolean mayNudge = true;

  private record Subscription(ProbeListener listener, ProbeTiming timing) {}

  ServerProber(ProbeTarget target, LongSupplier nanoTime) {
    this.target = target;
    this.nanoTime = nanoTime;
    this.thread = Thread.ofVirtual().name("probe " + target.name()).unstarted(this::run);
  }

  /** The server, as the configuration writes it. */
  public String name() {
    return target.name();
  }

  /**
   * Asks for a probe before its time. Any number of callers get one probe; it never waits and costs
   * a read when somebody has asked already.
   */
  public void requestProbe() {
    if (!soon.get() && soon.compareAndSet(false, true)) {
      LockSupport.unpark(thread);
    }
  }

  /** Asks for a record at the end of the WAL, so that what is before it gets flushed. */
  void requestNudge() {
    nudge.set(true);
    requestProbe();
  }

  void subscribe(ProbeListener listener, ProbeTiming timing) {
    subscriptions.add(new Subscription(listener, timing));
    requestProbe();
  }

  /** Whether nobody is left. */
  boolean unsubscribe(ProbeListener listener) {
    subscriptions.removeIf(subscription -> subscription.listener().equals(listener));
    return subscriptions.isEmpty();
  }

  void start() {
    thread.start();
  }

  /** Ends it and waits for its end, which takes no longer than a probe may. */
  void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      long started = nanoTime.getAsLong();
      soon.set(false);
      try {
        probe();
      } catch (RuntimeException e) {
        log.error("probe of {} failed within Sluice", name(), e);
        fail("the probe failed within Sluice: " + e);
      }
      awaitNext(started);
    }
    drop();
  }

  private void awaitNext(long started) {
    while (!closed) {
      ProbeTiming timing = timing();
      long after = (soon.get() ? timing.soon() : timing.interval()).toNanos();
      long wait = started + after - nanoTime.getAsLong();
      if (wait <= 0) {
        return;
      }
      LockSupport.parkNanos(wait);
    }
  }

  private ProbeTiming timing() {
    ProbeTiming all = null;
    for (Subscription subscription : subscriptions) {
      all = all == null ? subscription.timing() : all.and(subscription.timing());
    }
    return all == null ? NOBODY : all;
  }

  /** A connection that has become useless says nothing of the server: it is asked once more. */
  private void probe() {
    boolean reused = connection != null;
    long started = nanoTime.getAsLong();
    try {
      ask();
    } catch (SQLException e) {
      boolean timedOut = nanoTime.getAsLong() - started >= timing().timeout().toNanos();
      if (!reused || timedOut || closed) {
        fail(ProbeFailure.reason(e));
        return;
      }
      tell(ProbeListener::lost);
      drop();
      try {
        ask();
      } catch (SQLException again) {
        fail(ProbeFailure.reason(again));
      }
    }
  }

  private void ask() throws SQLException {
    ProbeConnection asked = connection;
    if (asked == null) {
      asked = ProbeConnection.open(target, timing().timeout(), nanoTime, ++generation);
      connection = asked;
    }
    if (nudge.getAndSet(false) && mayNudge) {
      nudge(asked);
    }
    tell(ProbeListener::sending);
    ServerReading reading = asked.ask();
    tell(listener -> listener.answered(reading));
  }

  private void nudge(ProbeConnection asked) throws SQLException {
    try {
      asked.nudge();
    } catch (SQLException e) {
      if (ProbeFailure.isLoss(e)) {
        throw e;
      }
      if (!ProbeFailure.isRefusal(e)) {
        return; // it is no primary any more, for example
      }
      mayNudge = false;
      log.info(
          "{}: user \"{}\" may not call pg_logical_emit_message; when it idles in the middle of a"
              + " transaction its replicas look stale for up to 15 s ({})",
          name(),
          target.user(),
          ProbeFailure.reason(e));
    }
  }

  private void fail(String reason) {
    tell(listener -> listener.failed(reason));
    drop(); // which may take a while
  }

  private void drop() {
    ProbeConnection dropped = connection;
    connection = null;
    if (dropped != null) {
      dropped.close();
    }
  }

  private void tell(Consumer<ProbeListener> what) {
    for (Subscription subscription : subscriptions) {
      what.accept(subscription.listener());
    }
  }
}
