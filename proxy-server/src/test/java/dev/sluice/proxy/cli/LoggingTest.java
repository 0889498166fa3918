package dev.sluice.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import dev.sluice.config.LogConfig;
import dev.sluice.config.LogFormat;
import dev.sluice.config.LogLevel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
  @AfterEach
  void quiet() {
    configure(LogLevel.WARN);
  }

  private static void configure(LogLevel level) {
    Logging.configure(new LogConfig(LogFormat.TEXT, level, false, Duration.ZERO, false));
  }

  private static String levelOf(String logger) {
    return ((Logger) LoggerFactory.getLogger(logger)).getEffectiveLevel().toString();
  }

  @Test
  void theLevelIsThatOfTheConfiguration() {
    for (LogLevel level : LogLevel.values()) {
      configure(level);
      assertEquals(level.name(), levelOf("dev.sluice.proxy.pool.Pool"));
    }
  }

  @Test
  void librariesAreNotDebuggedUnlessTraced() {
    configure(LogLevel.DEBUG);
    assertEquals("INFO", levelOf("io.netty.channel.nio"));
    configure(LogLevel.TRACE);
    assertEquals("TRACE", levelOf("io.netty.channel.nio"));
    configure(LogLevel.ERROR);
    assertEquals("ERROR", levelOf("com.zaxxer.hikari"));
  }

  @Test
  void configuringAgainReplacesWhatWasThere() {
    configure(LogLevel.INFO);
    configure(LogLevel.INFO);
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    int appenders = 0;
    for (var it = root.iteratorForAppenders(); it.hasNext(); it.next()) {
      appenders++;
    }
    assertEquals(1, appenders);
  }
}
