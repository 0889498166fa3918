package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The timer of a login ends with it: thousands of short connections must not pile up behind it. */
class LoginTimerTest {
  private static final long NONE = -1;

  @Test
  void nothingIsLeftOfItAfterTheLogin() {
    try (EmbeddedProxy proxy = new EmbeddedProxy(EmbeddedProxy.config("size = 1"))) {
      EmbeddedProxy.Client client = proxy.connect(Map.of());
      assertEquals(NONE, client.channel.runScheduledPendingTasks());
    }
  }

  @Test
  void nothingIsLeftOfItWhenTheClientGoesBefore() {
    try (EmbeddedProxy proxy = new EmbeddedProxy(EmbeddedProxy.config("size = 1"))) {
      EmbeddedProxy.Client client = proxy.dial();
      assertTrue(client.channel.runScheduledPendingTasks() > 0, "there is a timer");
      client.channel.close();
      client.channel.runPendingTasks();
      assertEquals(NONE, client.channel.runScheduledPendingTasks());
    }
  }

  @Test
  void itEndsALoginThatTakesTooLong() {
    try (EmbeddedProxy proxy = new EmbeddedProxy(EmbeddedProxy.config("size = 1"))) {
      EmbeddedProxy.Client client = proxy.dial();
      client.channel.advanceTimeBy(61, TimeUnit.SECONDS);
      client.channel.runScheduledPendingTasks();
      assertFalse(client.channel.isOpen());
      client.read();
    }
  }
}
