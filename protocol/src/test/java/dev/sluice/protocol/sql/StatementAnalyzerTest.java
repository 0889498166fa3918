package dev.sluice.protocol.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.protocol.sql.NamedStatementUse.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class StatementAnalyzerTest {
  private static final String[] BLANKS = {
    " ", "\n", "\t", "\r\n", "\f", "/**/", "/* ' /* $$ */ \" */", "-- it's\n", "--\r", " -- /*\n"
  };

  @TestFactory
  Stream<DynamicTest> table() {
    return TraitsTable.cases().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    "[" + each.text() + "]",
                    () -> assertEquals(each.flags(), TraitsTable.names(each.analyze()))));
  }

  @TestFactory
  Stream<DynamicTest> blanksAroundChangeNothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    return TraitsTable.cases().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    "[" + each.text() + "]",
                    () -> {
                      // Behind a quotation that is not closed a blank is none.
                      boolean open = each.flags().contains("NOT_UNDERSTOOD");
                      String behind = open ? "" : "\n" + blanks(random);
                      String wrapped = blanks(random) + each.text() + behind;
                      assertEquals(
                          each.flags(),
                          TraitsTable.names(
                              TraitsTable.analyze(wrapped, each.standardConformingStrings())),
                          () -> "seed " + seed + ": " + wrapped);
                    }));
  }

  @Test
  void looksOnlyAtItsPartOfTheArray() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (TraitsTable.Case each : TraitsTable.cases()) {
      byte[] text = each.text().getBytes(StandardCharsets.UTF_8);
      byte[] array = new byte[text.length + 16];
      random.nextBytes(array);
      int offset = random.nextInt(16);
      System.arraycopy(text, 0, array, offset, text.length);
      StatementTraits traits =
          StatementAnalyzer.analyze(array, offset, text.length, each.standardConformingStrings());
      assertEquals(
          each.flags(), TraitsTable.names(traits), () -> "seed " + seed + ": " + each.text());
      assertEquals(each.analyze().firstStatementEnd(), traits.firstStatementEnd());
      assertEquals(each.analyze().namedStatementUse(), traits.namedStatementUse());
    }
  }

  @Test
  void usualStatementsShareTheirTraits() {
    assertSame(analyze("SELECT 1"), analyze("VALUES (2)"));
    assertSame(analyze("UPDATE t SET a = 1"), analyze("DELETE FROM t;"));
    assertSame(analyze("BEGIN"), analyze("START TRANSACTION"));
    assertSame(analyze("COMMIT"), analyze("END"));
    assertSame(analyze("ROLLBACK"), analyze("ABORT"));
  }

  @Test
  void tellsWhereTheRestBegins() {
    assertRest(" SELECT 1", "COMMIT; SELECT 1");
    assertRest("BEGIN;;", ";/*;*/ROLLBACK ;BEGIN;;");
    assertRest("SELECT 2", "SELECT ';ä;';SELECT 2");
    assertRest(" SELECT 3", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 3");
    assertEquals(StatementTraits.WHOLE_TEXT, analyze("COMMIT;").firstStatementEnd());
    assertEquals(StatementTraits.WHOLE_TEXT, analyze("COMMIT; -- c").firstStatementEnd());
    assertEquals(StatementTraits.WHOLE_TEXT, analyze("").firstStatementEnd());
  }

  private static void assertRest(String rest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = analyze(text).firstStatementEnd();
    assertEquals(rest, new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8));
  }

  @Test
  void namesTheStatement() {
    assertUse(Kind.EXECUTE, "p", "P", "EXECUTE P");
    assertUse(Kind.EXECUTE, "p", "p", "execute p(1, ';')");
    assertUse(Kind.EXECUTE, "P \"1", "\"P \"\"1\"", "EXECUTE \"P \"\"1\" (1)");
    assertUse(Kind.EXECUTE, "Äb", "ÄB", "/* ä */ EXECUTE ÄB;");
    assertUse(Kind.EXECUTE, "p$1", "p$1", "EXPLAIN (ANALYZE, VERBOSE) EXECUTE p$1(1)");
    assertUse(Kind.EXECUTE, "p", "p", "EXPLAIN VERBOSE EXECUTE p");
    assertUse(Kind.EXECUTE, "p", "p", "CREATE TABLE t AS EXECUTE p WITH NO DATA");
    assertUse(Kind.DEALLOCATE, "p", "p", "DEALLOCATE p");
    assertUse(Kind.DEALLOCATE, "p", "p", "DEALLOCATE PREPARE p;");
    assertUse(Kind.DEALLOCATE, "prepare", "Prepare", "DEALLOCATE Prepare");
    assertUse(Kind.DEALLOCATE, "prepare", "prepare", "DEALLOCATE PREPARE prepare");
    assertUse(Kind.DEALLOCATE, "all", "\"all\"", "DEALLOCATE \"all\"");
  }

  @Test
  void cutsNamesAsPostgresqlDoes() {
    String long63 = "a".repeat(63);
    assertUse(Kind.EXECUTE, long63, long63 + "bc", "EXECUTE " + long63 + "bc");
    String long62 = "a".repeat(62);
    assertUse(Kind.EXECUTE, long62, "\"" + long62 + "äb\"", "EXECUTE \"" + long62 + "äb\"");
  }

  @Test
  void namesNoStatementWhereThereIsNone() {
    for (String text :
        new String[] {
          "DEALLOCATE ALL",
          "DEALLOCATE PREPARE ALL",
          "DEALLOCATE",
          "EXECUTE",
          "EXECUTE \"\"",
          "EXECUTE U&\"p\"",
          "EXECUTE 'p'",
          "EXECUTE p; SELECT 1",
          "SELECT 1; EXECUTE p",
          "EXECUTE p; SELECT '",
          "CREATE TABLE t AS SELECT 1 AS execute",
          "EXPLAIN SELECT execute FROM p",
          "PREPARE p",
          "PREPARE p AS SELECT 1; SELECT 2",
          "PREPARE TRANSACTION 'x'"
        }) {
      assertNull(analyze(text).namedStatementUse(), text);
    }
    byte[] notUtf8 = {'E', 'X', 'E', 'C', 'U', 'T', 'E', ' ', (byte) 0xe4};
    assertNull(StatementAnalyzer.analyze(notUtf8, 0, notUtf8.length, true).namedStatementUse());
  }

  @Test
  void namesWhatIsPreparedAndWhereItBegins() {
    assertUse(Kind.PREPARE, "p", "P", "PREPARE P AS SELECT 1");
    assertUse(Kind.PREPARE, "as", "\"as\"", "prepare \"as\" (int, numeric(3, 1)) as select $1");
    for (String text :
        new String[] {
          "PREPARE p AS SELECT 1",
          "prepare p (a, b(as)) /* as */ as SELECT 1",
          "PREPARE \"as\" AS\nSELECT 1"
        }) {
      NamedStatementUse use = Objects.requireNonNull(analyze(text).namedStatementUse(), text);
      assertEquals(text.indexOf("SELECT"), use.body(), text);
    }
  }

  private static void assertUse(Kind kind, String name, String token, String text) {
    NamedStatementUse use = Objects.requireNonNull(analyze(text).namedStatementUse(), text);
    assertEquals(kind, use.kind());
    assertEquals(name, use.name());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(
        token, new String(bytes, use.offset(), use.length(), StandardCharsets.UTF_8), text);
  }

  @Test
  void unknownPromisesNothing() {
    assertTrue(StatementTraits.UNKNOWN.any(StatementTraits.LEAVES_STATE));
    assertTrue(StatementTraits.UNKNOWN.none(StatementTraits.SETS_REPORTED_ONLY));
    assertTrue(StatementTraits.UNKNOWN.none(StatementTraits.EXITS_FAILED_BLOCK));
  }

  private static StatementTraits analyze(String text) {
    return TraitsTable.analyze(text, true);
  }

  private static String blanks(Random random) {
    StringBuilder blanks = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      blanks.append(BLANKS[random.nextInt(BLANKS.length)]);
    }
    return blanks.toString();
  }
}
