package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class LeakWatchTest {

  /** Not run by the build: its name is no test's. */
  static final class Leaking {
    @Test
    void forgetsBuffers() {
      for (int i = 0; i < 100; i++) {
        assertTrue(ByteBufAllocator.DEFAULT.buffer(16).isWritable());
      }
    }
  }

  static final class Clean {
    @Test
    void releasesBuffers() {
      for (int i = 0; i < 100; i++) {
        assertTrue(ByteBufAllocator.DEFAULT.buffer(16).release());
      }
    }
  }

  @Test
  void aForgottenBufferFailsItsClass() {
    TestExecutionSummary leaking = run(Leaking.class);
    assertEquals(1, leaking.getTestsSucceededCount());
    assertEquals(1, leaking.getContainersFailedCount());
    assertEquals(0, run(Clean.class).getContainersFailedCount());
  }

  private static TestExecutionSummary run(Class<?> testClass) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(testClass)).build(),
            listener);
    return listener.getSummary();
  }
}
