package dev.sluice.proxy.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may log in, and what their passwords are checked against. Immutable.
 *
 * <p>The file has lines of {@code "name" "secret"}. A secret is a SCRAM-SHA-256 verifier or an md5
 * hash as in {@code pg_authid.rolpassword}, or a password in plain text; an empty one is a user who
 * cannot log in with any password. {@code ""} inside quotes stands for one quote, {@code ;} starts
 * a comment. The file is UTF-8.
 */
public final class UsersFile {
  private static final UsersFile EMPTY = new UsersFile(Map.of());

  private final Map<String, Optional<Secret>> users;

  UsersFile(Map<String, Optional<Secret>> users) {
    this.users = Map.copyOf(users);
  }

  /** A file without users. */
  public static UsersFile empty() {
    return EMPTY;
  }

  /** Reads and parses the file. Blocks. */
  public static Result load(Path file) {
    try {
      return parse(file, Files.readAllBytes(file));
    } catch (IOException e) {
      String why = e.getClass().getSimpleName() + ": " + e.getMessage();
      return new Invalid(
          List.of(new Problem(file, 0, "cannot be read (" + why + "); make it a readable file")));
    }
  }

  /** Parses a file's bytes; {@code file} is only what problems are reported with. */
  public static Result parse(Path file, byte[] bytes) {
    return new UsersFileParser(file).parse(bytes);
  }

  /** Whether the file names this user, with or without a secret. */
  public boolean contains(String user) {
    return users.containsKey(user);
  }

  /** The user's secret; empty for an unknown user and for one who has none. */
  public Optional<Secret> secret(String user) {
    return users.getOrDefault(user, Optional.empty());
  }

  public int size() {
    return users.size();
  }

  Map<String, Optional<Secret>> users() {
    return users;
  }

  @Override
  public String toString() {
    return "UsersFile[" + users.size() + " users]";
  }

  /** What came of reading a file. */
  public sealed interface Result permits Loaded, Invalid {}

  /** The file is right. */
  public record Loaded(UsersFile users) implements Result {}

  /** The file is wrong in these places: all of them, in the order of their lines. */
  public record Invalid(List<Problem> problems) implements Result {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /**
   * What is wrong and what would be valid. Never quotes the line: it may hold a secret.
   *
   * @param line from 1; 0 for the file as a whole
   */
  public record Problem(Path file, int line, String message) {
    @Override
    public String toString() {
      return line == 0 ? file + ": " + message : file + ":" + line + ": " + message;
    }
  }
}
