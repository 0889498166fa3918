package dev.sluice.config.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is found out while one configuration is read. */
final class Findings {
  /** A file or directory that a key names. */
  record NamedFile(String key, Path path, boolean directory, Location location) {}

  private final Path mainFile;
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final List<KeyUse> uses = new ArrayList<>();
  private final List<NamedFile> files = new ArrayList<>();
  private final Map<String, Location> written = new HashMap<>();
  private final Set<String> broken = new HashSet<>();
  private final Set<String> judged = new HashSet<>();
  private boolean incomplete;

  Findings(Path mainFile) {
    this.mainFile = mainFile;
  }

  Location wholeFile() {
    return new Location(mainFile, 0);
  }

  void problem(Location location, String key, String message) {
    problems.add(new Problem(location.file(), location.line(), key, message));
  }

  /**
   * Adds a problem of one key by itself. What keys demand of each other is then not asked of it:
   * one mistake is one problem.
   */
  void invalid(Location location, String key, String message) {
    problem(location, key, message);
    broken(key);
  }

  /** The value of {@code key} is not what was meant, for a reason that is already reported. */
  void broken(String key) {
    broken.add(key);
  }

  /**
   * Whether the value of {@code key} is unknown because it, a part of it, or the section around it
   * is broken.
   */
  boolean isBroken(String key) {
    return broken.stream().anyMatch(other -> isPart(other, key) || isPart(key, other));
  }

  private static boolean isPart(String inner, String outer) {
    return inner.startsWith(outer)
        && (inner.length() == outer.length() || ".[".indexOf(inner.charAt(outer.length())) >= 0);
  }

  /** Part of what was written could not be read: nothing can be said about what is absent. */
  void incomplete() {
    incomplete = true;
  }

  boolean isIncomplete() {
    return incomplete;
  }

  /** Remembers that {@code rule} was reported at {@code key}. */
  void judged(String rule, String key) {
    judged.add(rule + "@" + key);
  }

  boolean isJudged(String rule, String key) {
    return judged.contains(rule + "@" + key);
  }

  void written(String key, Location location) {
    written.put(key, location);
  }

  @Nullable Location whereWritten(String key) {
    return written.get(key);
  }

  void use(KeyPath key, Location location, String value) {
    uses.add(new KeyUse(key.written(), key.table(), location.file(), location.line(), value));
  }

  void file(NamedFile file) {
    files.add(file);
  }

  List<NamedFile> files() {
    return files;
  }

  List<Problem> problems() {
    return problems.stream()
        .sorted(
            Comparator.comparing((Problem problem) -> !problem.file().equals(mainFile))
                .thenComparing(Problem::file)
                .thenComparingInt(Problem::line)
                .thenComparing(Problem::key))
        .toList();
  }

  List<KeyUse> uses() {
    return uses.stream()
        .sorted(
            Comparator.comparing((KeyUse use) -> !use.file().equals(mainFile))
                .thenComparing(KeyUse::file)
                .thenComparingInt(KeyUse::line)
                .thenComparing(KeyUse::key))
        .toList();
  }
}
