package dev.sluice.proxy.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.sluice.config.LogConfig;
import dev.sluice.config.LogLevel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where log lines go: to standard error, as the configuration says. No file is looked for. */
final class Logging {
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %msg%n%ex";

  /** Libraries whose debug lines would bury ours; {@code trace} shows them. */
  private static final List<String> CHATTY =
      List.of("io.netty", "com.zaxxer.hikari", "org.postgresql", "io.micrometer");

  private Logging() {}

  /** Replaces whatever was configured before. */
  static void configure(LogConfig config) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(TEXT);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(levelOf(config.level()));
    root.addAppender(appender);
    switch (config.level()) {
      // What it warns of, with stack traces, is said by whoever asked it for a connection.
      case ERROR, WARN, INFO -> context.getLogger("com.zaxxer.hikari").setLevel(Level.ERROR);
      case DEBUG -> CHATTY.forEach(name -> context.getLogger(name).setLevel(Level.INFO));
      case TRACE -> {}
    }
  }

  private static Level levelOf(LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }
}
