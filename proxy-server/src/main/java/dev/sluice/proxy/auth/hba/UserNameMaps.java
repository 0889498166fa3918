package dev.sluice.proxy.auth.hba;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which names of the outside (of the operating system, of a certificate) may log in as which user
 * (manual, "User Name Maps"). Immutable.
 */
public final class UserNameMaps {
  private static final UserNameMaps NONE = new UserNameMaps(Map.of());

  private final Map<String, List<UserNameMapping>> maps;

  private UserNameMaps(Map<String, List<UserNameMapping>> maps) {
    this.maps = Map.copyOf(maps);
  }

  /** No maps. */
  public static UserNameMaps none() {
    return NONE;
  }

  /** What came of reading a file. */
  public sealed interface Result {}

  public record Loaded(UserNameMaps maps) implements Result {}

  /** The file, or one it includes, is wrong in these places: all of them. */
  public record Invalid(List<FileProblem> problems) implements Result {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /** Reads a file in the syntax of pg_ident.conf and those it includes. Blocks. */
  public static Result load(Path file) {
    EntryReader reader = new EntryReader();
    reader.read(file);
    List<FileProblem> problems = new ArrayList<>(reader.problems());
    Map<String, List<UserNameMapping>> maps = new TreeMap<>();
    for (Entry entry : reader.entries()) {
      try {
        Fields fields = new Fields(entry);
        String map = fields.single("the map's name").text();
        UserNameMapping mapping = UserNameMapping.parse(fields);
        maps.computeIfAbsent(map, absent -> new ArrayList<>()).add(mapping);
      } catch (InvalidEntryException e) {
        problems.add(new FileProblem(entry.file(), entry.line(), e.problem()));
      }
    }
    problems.sort(Comparator.comparing(FileProblem::file).thenComparingInt(FileProblem::line));
    return problems.isEmpty() ? new Loaded(new UserNameMaps(maps)) : new Invalid(problems);
  }

  public boolean has(String map) {
    return maps.containsKey(map);
  }

  /**
   * Whether a name may log in as a user.
   *
   * @param map null where none is named: the names must be equal; one that is not there allows
   *     nobody
   */
  public boolean allows(@Nullable String map, String systemName, String user) {
    if (map == null) {
      return systemName.equals(user);
    }
    return maps.getOrDefault(map, List.of()).stream()
        .anyMatch(mapping -> mapping.allows(systemName, user));
  }
}
