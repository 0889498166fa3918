package dev.sluice.proxy.auth.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretQueryTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT a, b FROM c WHERE a = $1 | SELECT a, b FROM c WHERE a = ? | 1",
        "SELECT $1,b WHERE $1=x | SELECT ?,b WHERE ?=x | 2",
        "SELECT * FROM f($1); | SELECT * FROM f(?) | 1",
        "SELECT * FROM f($1) ; -- as agreed | SELECT * FROM f(?)  | 1",
        "SELECT '$1?', \"$1?\", $$ $1 $$ /* $1 */ , $1 |"
            + " SELECT '$1?', \"$1?\", $$ $1 $$ /* $1 */ , ? | 1",
        "SELECT 'ä' , $1 | SELECT 'ä' , ? | 1",
      })
  void becomesWhatJdbcTakes(String text, String sql, int parameters) {
    // The separator of columns is an operator, too.
    SecretQuery query = SecretQuery.parse(text);
    assertEquals(sql.strip(), query.sql().strip());
    assertEquals(parameters, query.parameters());
  }

  @Test
  void operatorsWithQuestionMarks() {
    assertEquals(
        "SELECT a ??| b, a ??& c, ?", SecretQuery.parse("SELECT a ?| b, a ?& c, $1").sql());
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT 1, does not use $1",
    "SELECT '$1', does not use $1",
    "'', does not use $1",
    "SELECT $1 + $2, has a parameter $2",
    "SELECT $10, has a parameter $10",
    "SELECT $1; SELECT 2, is more than one statement",
    "SELECT $1 /* open, is not understood"
  })
  void isRefused(String text, String problem) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> SecretQuery.parse(text))
                .getMessage());
    assertTrue(message.startsWith(problem), message);
    assertTrue(message.contains("write one statement"), message);
  }
}
