package dev.sluice.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged, from info on, by one logger and those below it. */
public final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogWatch(Logger logger) {
    this.logger = logger;
  }

  /** Begins to watch the logger of this name, and those below it. */
  public static LogWatch of(String name) {
    Logger logger = (Logger) LoggerFactory.getLogger(name);
    LogWatch watch = new LogWatch(logger);
    watch.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(watch);
    return watch;
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.add(event.getFormattedMessage());
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(null);
    stop();
  }
}
