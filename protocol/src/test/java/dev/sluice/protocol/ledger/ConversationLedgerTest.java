package dev.sluice.protocol.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.ledger.NaiveLedger.Undone;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConversationLedgerTest {
  private static final int[] KINDS = {
    Expect.QUERY,
    Expect.SYNC,
    Expect.FUNCTION_CALL,
    Expect.PARSE,
    Expect.BIND,
    Expect.CLOSE,
    Expect.DESCRIBE,
    Expect.EXECUTE
  };
  private static final int[] DISPOSITIONS = {
    0, 0, 0, Expect.SWALLOW, Expect.AS_PARSE_COMPLETE, Expect.CATCH_UP
  };

  private final ConversationLedger ledger = new ConversationLedger();
  private final List<Undone> undone = new ArrayList<>();

  @Test
  void answersComeInTheOrderOfRequests() {
    ledger.push(Expect.PARSE, "one");
    ledger.push(Expect.SYNC);
    assertEquals(Expect.PARSE, ledger.head());
    assertEquals("one", ledger.headReference());
    ledger.pop();
    assertEquals(Expect.SYNC, ledger.head());
    assertNull(ledger.headReference());
    ledger.pop();
    assertTrue(ledger.isEmpty());
    assertEquals(0, ledger.head());
  }

  @Test
  void anErrorDropsTheBatchUpToItsSync() {
    ledger.push(Expect.PARSE, "parse");
    ledger.push(Expect.BIND);
    ledger.push(Expect.QUERY, "skipped too");
    ledger.push(Expect.SYNC);
    ledger.push(Expect.PARSE, "next batch");
    ledger.pop();
    ledger.error(this::undone);
    assertEquals(
        List.of(
            new Undone(Expect.QUERY, "skipped too", false), new Undone(Expect.BIND, null, true)),
        undone);
    assertEquals(Expect.SYNC, ledger.head());
    assertFalse(ledger.skipping());
  }

  @Test
  void whatIsSentWhileTheServerSkipsIsNotOwed() {
    ledger.push(Expect.PARSE);
    ledger.error(this::undone);
    assertTrue(ledger.skipping());
    assertEquals(ConversationLedger.NOT_OWED, ledger.push(Expect.BIND));
    assertEquals(ConversationLedger.NOT_OWED, ledger.push(Expect.QUERY));
    assertTrue(ledger.isEmpty());
    assertTrue(ledger.unsynced());
    ledger.push(Expect.SYNC);
    assertFalse(ledger.skipping());
    assertFalse(ledger.unsynced());
  }

  @Test
  void whatStandsBehindTheNextSyncIsOutOfAnErrorsReach() {
    ledger.push(Expect.BIND);
    ledger.pop();
    long first = ledger.push(Expect.PARSE, "first");
    ledger.push(Expect.SYNC);
    ledger.push(Expect.PARSE | Expect.SWALLOW, "swallowed");
    ledger.push(Expect.PARSE, 7);
    long second = ledger.push(Expect.PARSE, "second");
    assertFalse(ledger.isBehindSync(first));
    assertTrue(ledger.isBehindSync(second));
    assertEquals(
        second, ledger.findBehindSync(Expect.PARSE, reference -> reference instanceof String));
    assertEquals(-1, ledger.findBehindSync(Expect.PARSE, "first"::equals));
    ledger.reference(second, "other");
    ledger.pop();
    ledger.pop();
    assertFalse(ledger.isBehindSync(second));
    ledger.error(this::undone);
    assertEquals(
        List.of(
            new Undone(Expect.PARSE, "other", false),
            new Undone(Expect.PARSE, 7, false),
            new Undone(Expect.PARSE | Expect.SWALLOW, "swallowed", true)),
        undone);
  }

  @Test
  void aSkippedQueryDoesNotEndTheBatch() {
    ledger.push(Expect.PARSE);
    ledger.push(Expect.QUERY);
    assertFalse(ledger.unsynced());
    ledger.error(this::undone);
    assertTrue(ledger.isEmpty());
    assertTrue(ledger.unsynced());
  }

  @Test
  void anErrorInASimpleQueryDropsNothing() {
    ledger.push(Expect.QUERY);
    ledger.push(Expect.PARSE);
    ledger.error(this::undone);
    assertEquals(2, ledger.size());
    assertEquals(List.of(), undone);
  }

  @Test
  void theSyncBehindACopyIsIgnoredByTheServer() {
    ledger.push(Expect.EXECUTE);
    ledger.push(Expect.SYNC);
    assertTrue(ledger.copyInStarted());
    assertEquals(1, ledger.size());
    ledger.pop();
    assertTrue(ledger.isEmpty());
    assertTrue(ledger.unsynced(), "the Sync behind CopyDone is still to come");
  }

  @Test
  void onlySyncsBeforeTheEndOfACopySentAheadAreIgnored() {
    ledger.push(Expect.EXECUTE);
    ledger.push(Expect.SYNC);
    ledger.copyEnded();
    ledger.push(Expect.SYNC);
    assertFalse(ledger.copyInStarted());
    ledger.pop();
    assertEquals(Expect.SYNC, ledger.head());
    assertFalse(ledger.unsynced());
    ledger.pop();
    assertTrue(ledger.isEmpty());
  }

  @Test
  void theEndOfACopyThatWasNoneIsForgotten() {
    ledger.copyEnded();
    assertTrue(ledger.isEmpty());
    ledger.push(Expect.QUERY);
    ledger.copyEnded();
    ledger.pop();
    assertTrue(ledger.isEmpty());
  }

  @Test
  void itGrowsAndKeepsOrderAndReferences() {
    int pushed = 0;
    int popped = 0;
    while (pushed < 100_000) {
      for (int i = 0; i < 7; i++) {
        ledger.push(KINDS[pushed % KINDS.length], pushed % 3 == 0 ? Integer.valueOf(pushed) : null);
        pushed++;
      }
      for (int i = 0; i < 3; i++) {
        assertEquals(KINDS[popped % KINDS.length], ledger.head());
        assertEquals(popped % 3 == 0 ? Integer.valueOf(popped) : null, ledger.headReference());
        ledger.pop();
        popped++;
      }
    }
    assertEquals(pushed - popped, ledger.size());
    while (!ledger.isEmpty()) {
      assertEquals(popped % 3 == 0 ? Integer.valueOf(popped) : null, ledger.headReference());
      ledger.pop();
      popped++;
    }
    assertEquals(pushed, popped);
    ledger.push(Expect.QUERY, "still usable");
    assertEquals("still usable", ledger.headReference());
  }

  @Test
  void itDoesWhatANaiveLedgerDoes() {
    long seed = Long.getLong("sluice.test.seed", System.nanoTime());
    for (int round = 0; round < 500; round++) {
      compare(new Random(seed + round), "seed " + (seed + round));
    }
  }

  private static void compare(Random random, String what) {
    ConversationLedger ledger = new ConversationLedger();
    NaiveLedger naive = new NaiveLedger();
    int pushes = 1 + random.nextInt(80);
    for (int step = 0; step < 400; step++) {
      int action = random.nextInt(100 + pushes);
      if (action < 60 || naive.entries.isEmpty()) {
        int code =
            KINDS[random.nextInt(KINDS.length)] | DISPOSITIONS[random.nextInt(DISPOSITIONS.length)];
        Object reference = random.nextInt(4) == 0 ? new Object() : null;
        boolean owed = naive.push(code, reference);
        assertEquals(owed, ledger.push(code, reference) != ConversationLedger.NOT_OWED, what);
      } else if (action < 70) {
        List<Undone> undone = new ArrayList<>();
        ledger.error((code, reference, failed) -> undone.add(new Undone(code, reference, failed)));
        assertEquals(naive.error(), undone, what);
      } else if (action < 78) {
        assertEquals(naive.copyInStarted(), ledger.copyInStarted(), what);
      } else if (action < 84) {
        naive.copyEnded();
        ledger.copyEnded();
      } else {
        naive.pop();
        ledger.pop();
      }
      assertAlike(naive, ledger, what + ", step " + step);
    }
  }

  private static void assertAlike(NaiveLedger naive, ConversationLedger ledger, String what) {
    assertEquals(naive.entries.size(), ledger.size(), what);
    assertEquals(naive.entries.isEmpty(), ledger.isEmpty(), what);
    assertEquals(ledger.size(), ledger.nextSequence() - ledger.headSequence(), what);
    assertEquals(naive.skipping, ledger.skipping(), what);
    assertEquals(naive.unsynced, ledger.unsynced(), what);
    if (!naive.entries.isEmpty()) {
      assertEquals(naive.entries.getFirst().code(), ledger.head(), what);
      assertSame(naive.entries.getFirst().reference(), ledger.headReference(), what);
    }
    for (int kind : KINDS) {
      assertEquals(naive.count(kind), ledger.count(kind), what);
    }
  }

  private void undone(int code, @Nullable Object reference, boolean failed) {
    undone.add(new Undone(code, reference, failed));
  }
}
