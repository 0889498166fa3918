package dev.sluice.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class in whose time Netty found a buffer that nobody released. Registered for all
 * tests. Netty tells it in its log, once the buffer is collected and another one is allocated; the
 * detection's level is set where the tests are started.
 */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakWatch.class);
  private static final int ROUNDS = 3;

  /**
   * Listens for one class.
   *
   * @param outer what listened for the class around it, and is deaf meanwhile
   */
  private record Watch(ListAppender<ILoggingEvent> found, List<Appender<ILoggingEvent>> outer) {

    static Watch begin(Logger logger) {
      List<Appender<ILoggingEvent>> outer = new ArrayList<>();
      logger.iteratorForAppenders().forEachRemaining(outer::add);
      outer.forEach(logger::detachAppender);
      ListAppender<ILoggingEvent> found = new ListAppender<>();
      found.start();
      logger.addAppender(found);
      return new Watch(found, outer);
    }

    List<String> end(Logger logger) {
      logger.detachAppender(found);
      outer.forEach(logger::addAppender);
      // Below this level the detector tells how it is configured.
      return found.list.stream()
          .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(NAMESPACE).put(Watch.class, Watch.begin(logger()));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Watch watch =
        Objects.requireNonNull(context.getStore(NAMESPACE).remove(Watch.class, Watch.class));
    for (int i = 0; i < ROUNDS; i++) {
      System.gc();
      ByteBufAllocator.DEFAULT.buffer().release();
      ByteBufAllocator.DEFAULT.compositeBuffer().release();
    }
    List<String> leaks = watch.end(logger());
    if (!leaks.isEmpty()) {
      throw new AssertionError("buffers were not released: " + leaks);
    }
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
  }
}
