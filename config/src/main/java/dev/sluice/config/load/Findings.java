package dev.sluice.config.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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

  Findings(Path mainFile) {
    this.mainFile = mainFile;
  }

  Location wholeFile() {
    return new Location(mainFile, 0);
  }

  void problem(Location location, String key, String message) {
    problems.add(new Problem(location.file(), location.line(), key, message));
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
                .thenComparingInt(Problem::line))
        .toList();
  }

  List<KeyUse> uses() {
    return uses.stream()
        .sorted(
            Comparator.comparing((KeyUse use) -> !use.file().equals(mainFile))
                .thenComparing(KeyUse::file)
                .thenComparingInt(KeyUse::line))
        .toList();
  }
}
