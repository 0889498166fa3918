package dev.sluice.proxy.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.sql.StatementTraits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class StatementRegistryTest {
  private static final ParseSettings UTC = settings("UTC");
  private static final ParseSettings TOKYO = settings("Asia/Tokyo");

  private final StatementRegistry registry = new StatementRegistry(100, "s_");

  @Test
  void oneTextUnderTheSameSettingsIsOneStatement() {
    Statement first = registry.intern(body("SELECT 1"), UTC);
    assertSame(first, registry.intern(body("SELECT 1"), settings("UTC")));
    assertNotSame(first, registry.intern(body("SELECT 2"), UTC));
  }

  @Test
  void settingsThatPostgresqlFoldsInMakeAnotherStatement() {
    Statement utc = registry.intern(body("SELECT 1"), UTC);
    Statement tokyo = registry.intern(body("SELECT 1"), TOKYO);
    assertNotSame(utc, tokyo);
    assertSame(utc, registry.intern(body("SELECT 1"), UTC));
    assertSame(tokyo, registry.known(body("SELECT 1"), TOKYO));
    assertFalse(name(utc).equals(name(tokyo)));
  }

  @Test
  void whatAStatementDoesIsToldFromItsText() {
    assertTrue(
        registry.intern(body("UPDATE t SET a = 1"), UTC).traits().any(StatementTraits.MAY_WRITE));
    assertArrayEquals(
        "SELECT 1\0\0\0".getBytes(StandardCharsets.UTF_8),
        registry.intern(body("SELECT 1"), UTC).parseBody());
  }

  @Test
  void anUnsharedStatementIsFoundByNobody() {
    Statement own = registry.unshared(body("SELECT 1"), UTC);
    assertNull(registry.known(body("SELECT 1"), UTC));
    assertNotSame(own, registry.intern(body("SELECT 1"), UTC));
  }

  @Test
  void ofAStatementTooLargeNothingIsKept() {
    Statement large = registry.unkept();
    assertFalse(large.kept());
    assertThrows(IllegalStateException.class, large::parseBody);
  }

  @Test
  void whatIsUsedStaysAndTheRestGoes() {
    Statement used = registry.intern(body("SELECT used"), UTC);
    Statement unused = registry.intern(body("SELECT unused"), UTC);
    for (int i = 0; i < 1000; i++) {
      registry.intern(body("SELECT " + i), UTC);
      assertSame(used, registry.intern(body("SELECT used"), UTC));
    }
    assertNull(registry.known(body("SELECT unused"), UTC));
    assertNotSame(unused, registry.intern(body("SELECT unused"), UTC));
    int known = 0;
    for (int i = 0; i < 1000; i++) {
      known += registry.known(body("SELECT " + i), UTC) == null ? 0 : 1;
    }
    assertTrue(known <= 100, "still known: " + known);
  }

  @Test
  void threadsThatMeetAgreeOnOneStatement() throws Exception {
    int threads = 4;
    StatementRegistry large = new StatementRegistry(10_000, "s_");
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<List<Statement>>> results = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        results.add(
            executor.submit(
                () -> {
                  start.await();
                  List<Statement> mine = new ArrayList<>();
                  for (int i = 0; i < 1000; i++) {
                    mine.add(large.intern(body("SELECT " + i), i % 2 == 0 ? UTC : TOKYO));
                  }
                  return mine;
                }));
      }
      List<Statement> first = results.getFirst().get();
      for (Future<List<Statement>> result : results) {
        for (int i = 0; i < 1000; i++) {
          assertSame(first.get(i), result.get().get(i), "statement " + i);
        }
      }
      Set<String> names = new HashSet<>();
      first.forEach(statement -> names.add(name(statement)));
      assertEquals(1000, names.size());
    }
  }

  private static Bytes body(String text) {
    return Bytes.of((text + "\0\0\0").getBytes(StandardCharsets.UTF_8));
  }

  private static String name(Statement statement) {
    return new String(statement.serverName(), StandardCharsets.US_ASCII);
  }

  private static ParseSettings settings(String timeZone) {
    return ParseSettings.of(
        SettingsProfile.of(Map.of("TimeZone", timeZone)), ServerParameters.NONE);
  }
}
