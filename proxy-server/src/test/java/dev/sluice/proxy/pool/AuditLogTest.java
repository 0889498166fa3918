package dev.sluice.proxy.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.backend.SessionDifferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuditLogTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(-5);
  private final AuditLog log = new AuditLog(lines::add, clock::get);

  private void found(String parameter) {
    log.found(7, new SessionDifferences(Set.of(parameter), List.of()), true);
  }

  @Test
  void theFirstIsSaidAtOnceAndTheRestIsSummedUp() {
    for (int i = 0; i < 500; i++) {
      found("p" + i);
    }
    log.sum(clock.get());
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains("parameter p0; it was closed"), lines::toString);
    log.sum(clock.addAndGet(AuditLog.INTERVAL_NANOS));
    log.sum(clock.get());
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.getLast().startsWith("audit: 499 more times; the last: "), lines::toString);
    assertTrue(lines.getLast().contains("parameter p499; it was closed"), lines::toString);
    clock.addAndGet(AuditLog.INTERVAL_NANOS);
    found("later");
    assertTrue(lines.getLast().contains("parameter later"), lines::toString);
  }
}
