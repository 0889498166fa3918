package dev.sluice.it.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.FrontendMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaseFileTest {

  @Test
  void aBatchIsSentAtOnceAndReadThroughItsSyncs() {
    List<Step> steps =
        onlyCase("== a\nP s 23,25 select 1\nB - s\nE -\nS\nQ select 2\n\nH\n").steps();
    assertEquals(3, steps.size());
    assertEquals("PBESQ", tags(steps.get(0)));
    assertEquals(new Step.ReadReady(2), steps.get(1));
    assertEquals("H", tags(steps.get(2)));
  }

  @Test
  void aReadDividesABatch() {
    List<Step> steps = onlyCase("== a\nQ copy t from stdin\n< G\nd 1\\n\nc\n< Z\n").steps();
    assertEquals("Q", tags(steps.get(0)));
    assertEquals(new Step.ReadTo('G'), steps.get(1));
    assertEquals("dc", tags(steps.get(2)));
    assertEquals(new Step.ReadTo('Z'), steps.get(3));
    assertEquals(4, steps.size());
  }

  @Test
  void marksSayWhereACaseRuns() {
    Case script = onlyCase("== a name @session @pg18\nS\n");
    assertEquals("test: a name", script.name());
    assertTrue(script.session());
    assertEquals(18, script.fromVersion());
  }

  @Test
  void valuesOfABind() {
    Step.Send send =
        (Step.Send)
            onlyCase("== a\nB - - in=1,0 out=1 \\x00 'it''s' null {{a*3}}\n").steps().getFirst();
    String expected =
        FrontendMessage.bind(
                "",
                "",
                List.of(1, 0),
                java.util.Arrays.asList(
                    dev.sluice.it.wire.Bytes.of(new byte[1]),
                    dev.sluice.it.wire.Bytes.of("it's"),
                    null,
                    dev.sluice.it.wire.Bytes.of("aaa")),
                List.of(1))
            .toString();
    assertEquals(expected, send.messages().getFirst().toString());
  }

  @Test
  void aMistakeIsReportedWithItsLine() {
    IllegalArgumentException mistake =
        assertThrows(
            IllegalArgumentException.class, () -> CaseFile.parse("file", "== a\nS\nZ what\n"));
    assertEquals("file:3: Z what", mistake.getMessage());
  }

  @Test
  void theSuiteHasItsCasesAndNoNameTwice() {
    Set<String> names = new HashSet<>();
    for (Case script : Suite.read().cases()) {
      assertTrue(names.add(script.name()), script.name() + " is there twice");
    }
    assertTrue(names.size() >= 300, names.size() + " cases");
  }

  private static Case onlyCase(String text) {
    List<Case> cases = CaseFile.parse("test.cases", text);
    assertEquals(1, cases.size());
    return cases.getFirst();
  }

  private static String tags(Step step) {
    StringBuilder tags = new StringBuilder();
    ((Step.Send) step).messages().forEach(message -> tags.append(message.tag()));
    return tags.toString();
  }
}
