package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.proxy.auth.UsersFile.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses one users-file, collecting every problem. */
final class UsersFileParser {
  private static final String FORM = "write \"name\" \"secret\"";
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Optional<Secret>> users = new HashMap<>();
  private final Map<String, Integer> lineOfUser = new HashMap<>();

  UsersFileParser(Path file) {
    this.file = file;
  }

  UsersFile.Result parse(byte[] bytes) {
    int line = 0;
    int start = 0;
    while (start <= bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      line++;
      String text = decode(bytes, start, end - start);
      if (text == null) {
        problem(line, "is not UTF-8; save the file in that encoding");
      } else {
        parseLine(line, line == 1 ? withoutByteOrderMark(text) : text);
      }
      start = end + 1;
    }
    return problems.isEmpty()
        ? new UsersFile.Loaded(new UsersFile(users))
        : new UsersFile.Invalid(problems);
  }

  private void parseLine(int line, String text) {
    Cursor cursor = new Cursor(text);
    if (cursor.atEndOrComment()) {
      return;
    }
    String name = cursor.quoted();
    if (name == null) {
      problem(line, "the name is not in double quotes; " + FORM);
      return;
    }
    boolean separated = cursor.skipBlanks();
    String secret = cursor.quoted();
    if (secret == null) {
      problem(line, "the secret is missing or not in double quotes; " + FORM);
      return;
    }
    if (!separated) {
      problem(line, "there is no blank between name and secret; " + FORM);
      return;
    }
    if (!cursor.atEndOrComment()) {
      problem(line, "there is something behind the secret; " + FORM + ", then only a ; comment");
      return;
    }
    add(line, name, secret);
  }

  private void add(int line, String name, String secret) {
    if (name.isEmpty()) {
      problem(line, "the name is empty; " + FORM);
      return;
    }
    if (name.indexOf(0) >= 0 || secret.indexOf(0) >= 0) {
      problem(line, "there is a NUL character, which PostgreSQL allows in no name or password");
      return;
    }
    Integer earlier = lineOfUser.putIfAbsent(name, line);
    if (earlier != null) {
      problem(line, "this user is on line " + earlier + " already; keep one of the two");
      return;
    }
    Secret parsed = secret.isEmpty() ? null : parseSecret(line, secret);
    users.put(name, Optional.ofNullable(parsed));
  }

  private @Nullable Secret parseSecret(int line, String text) {
    Secret secret = Secret.parse(text);
    if (secret == null) {
      problem(
          line,
          text.startsWith(ScramVerifier.PREFIX)
              ? "the SCRAM verifier is not SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey with 1"
                  + " to "
                  + ScramSha256.MAX_ITERATIONS
                  + " iterations; copy it whole from pg_authid.rolpassword"
              : "the md5 hash has upper-case letters; write md5 and 32 digits of 0-9 and a-f");
    }
    return secret;
  }

  private void problem(int line, String message) {
    problems.add(new Problem(file, line, message));
  }

  private static @Nullable String decode(byte[] bytes, int start, int length) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private static String withoutByteOrderMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** A place in a line. */
  private static final class Cursor {
    private final String text;
    private int position;

    Cursor(String text) {
      this.text = text;
    }

    boolean skipBlanks() {
      int start = position;
      while (position < text.length() && " \t\r".indexOf(text.charAt(position)) >= 0) {
        position++;
      }
      return position > start;
    }

    boolean atEndOrComment() {
      skipBlanks();
      return position == text.length() || text.charAt(position) == ';';
    }

    /** The text in quotes that starts here; null if there is none or it does not end. */
    @Nullable String quoted() {
      if (position == text.length() || text.charAt(position) != '"') {
        return null;
      }
      StringBuilder value = new StringBuilder();
      for (int i = position + 1; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c != '"') {
          value.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          value.append(c);
          i++;
        } else {
          position = i + 1;
          return value.toString();
        }
      }
      return null;
    }
  }
}
