package dev.sluice.proxy.auth.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.protocol.sql.SqlLexer;
import dev.sluice.protocol.sql.Token;
import java.io.ByteArrayOutputStream;

/**
 * The operator's query as JDBC takes it: each {@code $1} a question mark, question marks that are
 * operators doubled (pgjdbc manual, "Using the Statement or PreparedStatement Interface").
 *
 * @param sql one statement
 * @param parameters how often the name stands in it, 1 or more
 */
public record SecretQuery(String sql, int parameters) {
  private static final String FORM =
      "write one statement that answers name and secret of the user whose name is $1";

  /**
   * Reads a query as it is configured.
   *
   * @throws IllegalArgumentException if it is not one whole statement with {@code $1} as its only
   *     parameter; the message says what is wrong and what would be right
   */
  public static SecretQuery parse(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    SqlLexer lexer = new SqlLexer(bytes, 0, bytes.length, true);
    ByteArrayOutputStream sql = new ByteArrayOutputStream();
    int parameters = 0;
    int copied = 0;
    for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
      sql.write(bytes, copied, lexer.tokenStart() - copied);
      copied = lexer.tokenEnd();
      String word = new String(bytes, lexer.tokenStart(), copied - lexer.tokenStart(), UTF_8);
      switch (token) {
        case PARAMETER -> {
          if (!word.equals("$1")) {
            throw new IllegalArgumentException("has a parameter " + word + "; " + FORM);
          }
          parameters++;
          sql.write('?');
        }
        case OPERATOR -> sql.writeBytes(word.replace("?", "??").getBytes(UTF_8));
        case SEMICOLON -> {
          if (lexer.next() != Token.END) {
            throw new IllegalArgumentException("is more than one statement; " + FORM);
          }
          copied = bytes.length;
        }
        case SUSPECT, UNTERMINATED ->
            throw new IllegalArgumentException("is not understood at \"" + word + "\"; " + FORM);
        default -> sql.writeBytes(word.getBytes(UTF_8));
      }
    }
    if (parameters == 0) {
      throw new IllegalArgumentException("does not use $1; " + FORM);
    }
    sql.write(bytes, copied, bytes.length - copied);
    return new SecretQuery(sql.toString(UTF_8), parameters);
  }
}
