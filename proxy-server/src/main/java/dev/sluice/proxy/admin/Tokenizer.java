package dev.sluice.proxy.admin;

import dev.sluice.proxy.admin.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a string of console statements into tokens, by the lexical rules of SQL (PostgreSQL manual,
 * "Lexical Structure") as far as console statements need them: words, quoted identifiers, strings,
 * numbers with a unit, parameters, nested comments.
 */
final class Tokenizer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Tokenizer(String source) {
    this.source = source;
  }

  /** All tokens; the last one, and only that, is {@link Kind#END}. */
  static List<Token> tokenize(String source) throws ConsoleException {
    Tokenizer tokenizer = new Tokenizer(source);
    tokenizer.run();
    return tokenizer.tokens;
  }

  private void run() throws ConsoleException {
    skipBlank();
    while (at < source.length()) {
      next();
      skipBlank();
    }
    add(Kind.END, "", at);
  }

  private void next() throws ConsoleException {
    int start = at;
    char first = source.charAt(at);
    if (first == '\'' || ((first == 'E' || first == 'e') && peek(1) == '\'')) {
      boolean escapes = first != '\'';
      at += escapes ? 2 : 1;
      add(Kind.STRING, quoted('\'', escapes, start), start);
    } else if (first == '"') {
      at++;
      add(Kind.QUOTED, quoted('"', false, start), start);
    } else if (startsWord(first)) {
      skipWord();
      add(Kind.WORD, source.substring(start, at).toLowerCase(Locale.ROOT), start);
    } else if (isDigit(first)) {
      skipNumber();
      add(Kind.NUMBER, source.substring(start, at), start);
    } else if (first == '$' && isDigit(peek(1))) {
      at++;
      skipNumber();
      add(Kind.PARAMETER, source.substring(start, at), start);
    } else {
      at += Character.charCount(source.codePointAt(at));
      add(Kind.SYMBOL, source.substring(start, at), start);
    }
  }

  /** The content up to the closing quote; a doubled quote stands for one. */
  private String quoted(char quote, boolean escapes, int start) throws ConsoleException {
    StringBuilder content = new StringBuilder();
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (c == quote) {
        if (peek(0) != quote) {
          return content.toString();
        }
        at++;
      } else if (c == '\\' && escapes && at < source.length()) {
        c = source.charAt(at++);
      }
      content.append(c);
    }
    throw ConsoleErrors.syntaxAt(
        "unterminated quoted " + (quote == '"' ? "identifier" : "string"), source.substring(start));
  }

  private void skipWord() {
    while (at < source.length() && (startsWord(peek(0)) || isDigit(peek(0)) || peek(0) == '$')) {
      at++;
    }
  }

  /** Digits with a fraction and a unit, such as {@code 1.5MiB}. */
  private void skipNumber() {
    while (at < source.length()
        && (isDigit(peek(0)) || startsWord(peek(0)) || (peek(0) == '.' && isDigit(peek(1))))) {
      at++;
    }
  }

  private void skipBlank() throws ConsoleException {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        at++;
      } else if (c == '-' && peek(1) == '-') {
        while (at < source.length() && peek(0) != '\n' && peek(0) != '\r') {
          at++;
        }
      } else if (c == '/' && peek(1) == '*') {
        skipBlockComment();
      } else {
        return;
      }
    }
  }

  private void skipBlockComment() throws ConsoleException {
    int start = at;
    int depth = 0;
    while (at < source.length()) {
      if (peek(0) == '/' && peek(1) == '*') {
        depth++;
        at += 2;
      } else if (peek(0) == '*' && peek(1) == '/') {
        depth--;
        at += 2;
        if (depth == 0) {
          return;
        }
      } else {
        at++;
      }
    }
    throw ConsoleErrors.syntaxAt("unterminated /* comment", source.substring(start));
  }

  private void add(Kind kind, String text, int start) {
    tokens.add(new Token(kind, text, start, at));
  }

  /** The character {@code offset} further on, or NUL, which no statement contains, at the end. */
  private char peek(int offset) {
    return at + offset < source.length() ? source.charAt(at + offset) : '\0';
  }

  private static boolean startsWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
