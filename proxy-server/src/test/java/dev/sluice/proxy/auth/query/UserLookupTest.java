package dev.sluice.proxy.auth.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.auth.SecretAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that cannot be asked. */
@Timeout(60)
class UserLookupTest {
  private final AtomicLong clock = new AtomicLong();

  private UserLookup lookup(int port) {
    return new UserLookup(
        new QueryTarget(
            "t",
            "jdbc:postgresql://127.0.0.1:" + port + "/t",
            Map.of("sslmode", "disable"),
            Duration.ofSeconds(1)),
        SecretQuery.parse("SELECT $1, $1"),
        new QueryLogin("u", ""),
        clock::get);
  }

  @Test
  void moreThanCanWaitAreRefusedAtOnce() throws IOException {
    // Its backlog takes the connections, and nobody ever answers.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        UserLookup lookup = lookup(silent.getLocalPort())) {
      List<CompletableFuture<SecretAnswer>> waiting = new ArrayList<>();
      for (int i = 0; i < 1002; i++) {
        waiting.add(lookup.find("u" + i));
      }
      assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
      CompletableFuture<SecretAnswer> oneMore = lookup.find("one more");
      assertTrue(oneMore.isDone());
      assertEquals(
          "53300",
          assertInstanceOf(SecretAnswer.Unavailable.class, oneMore.resultNow()).error().sqlState());
      // The clock stands still: once the first have failed, the others do without another try.
      for (CompletableFuture<SecretAnswer> each : waiting) {
        assertEquals(
            "57P03",
            assertInstanceOf(SecretAnswer.Unavailable.class, each.join()).error().sqlState());
      }
    }
  }

  @Test
  void afterAFailureTheServerIsLeftAloneForASecond() throws IOException {
    try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        UserLookup lookup = lookup(closing.getLocalPort())) {
      AtomicLong accepted = new AtomicLong();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  while (true) {
                    closing.accept().close();
                    accepted.incrementAndGet();
                  }
                } catch (IOException e) {
                  // The test is over.
                }
              });
      assertInstanceOf(SecretAnswer.Unavailable.class, lookup.find("u").join());
      long tries = accepted.get();
      assertFalse(tries == 0);
      assertInstanceOf(SecretAnswer.Unavailable.class, lookup.find("v").join());
      assertEquals(tries, accepted.get());
      clock.addAndGet(Duration.ofSeconds(1).toNanos());
      assertInstanceOf(SecretAnswer.Unavailable.class, lookup.find("w").join());
      assertTrue(accepted.get() > tries);
    }
  }
}
