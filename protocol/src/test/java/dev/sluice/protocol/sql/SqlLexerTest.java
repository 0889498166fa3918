package dev.sluice.protocol.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SqlLexerTest {
  /** Pieces of quotations, so that random texts are full of them, whole and broken. */
  private static final String[] PIECES = {
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "E'",
    "e'",
    "N'",
    "B'",
    "X'",
    "U&'",
    "U&\"",
    "$",
    "$$",
    "$a$",
    "$1",
    "/*",
    "*/",
    "--",
    "\n",
    "\r",
    " ",
    ";",
    "(",
    ")",
    ".",
    ",",
    ":",
    "1",
    "1e",
    "0x1F",
    "a",
    "ä",
    "select",
    "set",
    "local",
    "begin",
    "atomic",
    "end",
    "create",
    "function",
    "execute",
    "deallocate",
    "commit",
    "and",
    "explain",
    "-",
    "+",
    "*",
    "/",
    "@",
    "=",
    "[",
    "]",
    "\0",
    "\t"
  };

  @Test
  void splitsAsPostgresqlDoes() {
    assertTokens("WORD:select NUMBER:1 SEMICOLON:;", "select 1;");
    assertTokens("WORD:a OPERATOR:= OPERATOR:- NUMBER:1", "a=-1");
    assertTokens("WORD:a OPERATOR:@- NUMBER:1", "a@-1");
    assertTokens("WORD:a OPERATOR:+ WORD:b", "a+--c\nb");
    assertTokens("WORD:a OPERATOR:/ WORD:b", "a//*c*/b");
    assertTokens("WORD:a OPERATOR:<=> WORD:b", "a<=>b");
    assertTokens("PARAMETER:$1 SYMBOL:: SYMBOL:: WORD:int", "$1::int");
    assertTokens("NUMBER:1 SYMBOL:.. NUMBER:2", "1..2");
    assertTokens("NUMBER:1.5e-3 SYMBOL:, NUMBER:.5 SYMBOL:, NUMBER:1.", "1.5e-3, .5, 1.");
    assertTokens("NUMBER:1 WORD:e OPERATOR:+", "1e+");
    assertTokens("WORD:s DOT:. QUOTED_NAME:\"T\"\"x\"", "s.\"T\"\"x\"");
    assertTokens(
        "STRING:'it''s' STRING:E'it\\'s' STRING:N'' STRING:x'1f'", "'it''s'E'it\\'s'N''x'1f'");
    assertTokens("STRING:B'1' STRING:'0'", "B'1''0'");
    assertTokens("STRING:$a$ $b$ $a$ WORD:b", "$a$ $b$ $a$b");
    assertTokens("WORD:a$b$c", "a$b$c");
    assertTokens("WORD:größe OPERATOR:= STRING:'ü'", "größe='ü'");
    assertTokens("SUSPECT:$ WORD:a", "$a");
    assertTokens("NUMBER:1 SUSPECT:$", "1$");
    assertTokens("PARAMETER:$1 SUSPECT:a$", "$1a$");
    assertTokens("SUSPECT:U&\"a\"", "U&\"a\"");
    assertTokens("WORD:u OPERATOR:& WORD:a", "u&a");
    assertTokens("WORD:a UNTERMINATED:'b", "a 'b");
    assertTokens("WORD:a UNTERMINATED: /* b", "a /* b");
    assertTokens("UNTERMINATED:E'\\", "E'\\");
    assertTokens("", " /* a */ -- b");
  }

  @Test
  void randomTextsNeitherThrowNorHang() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] text = random.nextInt(4) == 0 ? noise(random) : pieces(random);
      boolean standardConformingStrings = random.nextBoolean();
      String message = "seed " + seed + ", text " + i;
      boolean understood = tokensCoverTheText(text, standardConformingStrings, message);
      StatementTraits traits =
          StatementAnalyzer.analyze(text, 0, text.length, standardConformingStrings);
      assertTrue(understood || traits.any(StatementTraits.LEAVES_STATE), message);
      assertTrue(understood || traits.any(StatementTraits.MAY_WRITE), message);
      assertTrue(understood || traits.none(StatementTraits.EXITS_FAILED_BLOCK), message);
      assertTrue(
          traits.none(StatementTraits.LEAVES_STATE)
              || traits.none(StatementTraits.SETS_REPORTED_ONLY),
          message);
      int rest = traits.firstStatementEnd();
      assertTrue(rest == StatementTraits.WHOLE_TEXT || (rest > 0 && rest < text.length), message);
    }
  }

  /** False if the text holds a token that PostgreSQL would refuse. */
  private static boolean tokensCoverTheText(byte[] text, boolean scs, String message) {
    SqlLexer lexer = new SqlLexer(text, 0, text.length, scs);
    int before = 0;
    boolean understood = true;
    while (true) {
      Token token = lexer.next();
      assertTrue(lexer.tokenStart() >= before && lexer.tokenEnd() <= text.length, message);
      if (token == Token.END) {
        assertEquals(text.length, lexer.tokenEnd(), message);
        assertEquals(Token.END, lexer.next(), message);
        return understood;
      }
      assertTrue(lexer.tokenEnd() > before, message);
      before = lexer.tokenEnd();
      understood &= token != Token.SUSPECT && token != Token.UNTERMINATED;
    }
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[random.nextInt(64)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] pieces(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(24); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void assertTokens(String expected, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SqlLexer lexer = new SqlLexer(bytes, 0, bytes.length, true);
    List<String> tokens = new ArrayList<>();
    for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
      int length = lexer.tokenEnd() - lexer.tokenStart();
      tokens.add(
          token + ":" + new String(bytes, lexer.tokenStart(), length, StandardCharsets.UTF_8));
    }
    assertEquals(expected, String.join(" ", tokens));
  }
}
