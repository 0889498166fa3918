package dev.sluice.it.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Waits for one message and then does something to its connection, once. */
public final class Trap {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What is done with the message that springs the trap. */
  sealed interface Action {
    /** The connection ends before the message. */
    record CutBefore() implements Action {}

    /** The message goes on, then the connection ends. */
    record CutAfter() implements Action {}

    /** So many octets of the message, header included, go on, then the connection ends. */
    record CutWithin(int octets) implements Action {}

    /** The message, and all behind it in its direction, waits until the trap is opened. */
    record Hold() implements Action {}
  }

  private final Predicate<Passing> bait;
  private final Action action;
  private final AtomicInteger toSpare;
  private final CountDownLatch sprung = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  Trap(Predicate<Passing> bait, int toSpare, Action action) {
    this.bait = bait;
    this.toSpare = new AtomicInteger(toSpare);
    this.action = action;
  }

  /** Whether this message is the one; true at most once. */
  boolean catches(Passing message) {
    if (!bait.test(message) || toSpare.getAndDecrement() != 0) {
      return false;
    }
    sprung.countDown();
    return true;
  }

  Action action() {
    return action;
  }

  /** Returns once the message has come; what had to be done to it is then done, or is under way. */
  public void awaitSprung() {
    await(sprung, "no message sprang the trap");
  }

  public boolean isSprung() {
    return sprung.getCount() == 0;
  }

  /** Lets go what is held. */
  public void open() {
    opened.countDown();
  }

  void awaitOpened() {
    await(opened, "nobody opened the trap");
  }

  private static void await(CountDownLatch latch, String otherwise) {
    try {
      if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(otherwise);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
