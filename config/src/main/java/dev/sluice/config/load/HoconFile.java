package dev.sluice.config.load;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses a file with what it includes, and resolves its substitutions. */
final class HoconFile {
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^}]*)\\}");

  private final Path file;
  private final Map<String, String> environment;
  private final Findings findings;
  private final Map<String, Location> sources = new HashMap<>();
  private final List<Substitution> substitutions = new ArrayList<>();

  /** A value that is to come from elsewhere. */
  private record Substitution(String key, Location location, String text) {}

  HoconFile(Path file, Map<String, String> environment, Findings findings) {
    this.file = file;
    this.environment = environment;
    this.findings = findings;
  }

  /**
   * What the file holds.
   *
   * @param sources where each key is written, by its full name, also where its value comes from the
   *     environment
   */
  record Content(ConfigObject root, Map<String, Location> sources) {}

  /** The content, or null when there is none to go on with; the problems are then known. */
  @Nullable Content read() {
    if (!isReadable()) {
      return null;
    }
    try {
      Config parsed =
          ConfigFactory.parseFile(
              file.toFile(), new FileIncluder(findings, List.of(file)).options());
      ConfigValue sluice = parsed.root().get(ConfigLoader.ROOT);
      if (sluice != null) {
        collectSources(sluice, KeyPath.ROOT, findings.wholeFile());
      }
      Config resolved = resolve(parsed);
      if (resolved == null) {
        return null;
      }
      ConfigObject root = resolved.root();
      for (String name : environment.keySet()) {
        root = parsed.root().containsKey(name) ? root : root.withoutKey(name);
      }
      return new Content(root, sources);
    } catch (ConfigException e) {
      HoconErrors.report(findings, e, findings.wholeFile());
      return null;
    }
  }

  private boolean isReadable() {
    String wrong = null;
    if (!Files.exists(file)) {
      wrong = "does not exist; name a configuration file";
    } else if (!Files.isRegularFile(file)) {
      wrong = "is not a file; name a configuration file";
    } else if (!Files.isReadable(file)) {
      wrong = "cannot be read; give this user the right to";
    }
    if (wrong != null) {
      findings.problem(findings.wholeFile(), "", wrong);
    }
    return wrong == null;
  }

  private void collectSources(ConfigValue value, KeyPath path, Location parent) {
    Location here = Location.of(value.origin(), parent);
    sources.put(path.written(), here);
    try {
      switch (value.valueType()) {
        case OBJECT -> {
          if (value instanceof ConfigObject object) {
            object.forEach((name, child) -> collectSources(child, path.child(name), here));
          }
        }
        case LIST -> {
          if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
              collectSources(list.get(i), path.item(i), here);
            }
          }
        }
        case NULL, BOOLEAN, NUMBER, STRING -> {}
      }
    } catch (ConfigException.NotResolved e) {
      // What a substitution merges into has no parts yet: the place of the whole has to do.
      substitutions.add(new Substitution(path.written(), here, value.render()));
    }
  }

  /**
   * The library stops at the first substitution that nothing provides: each is marked and passed
   * over, so that all are found.
   */
  private @Nullable Config resolve(Config parsed) {
    Set<String> unknown = new HashSet<>();
    // Below the file, so that a name is found from within an included section too.
    Config withEnvironment =
        parsed.withFallback(ConfigValueFactory.fromMap(environment, "environment"));
    while (true) {
      try {
        return withEnvironment.resolve(
            ConfigResolveOptions.noSystem().appendResolver(marks(unknown)));
      } catch (ConfigException.UnresolvedSubstitution e) {
        String message = String.valueOf(e.getMessage());
        Matcher matcher = SUBSTITUTION.matcher(message);
        String name = matcher.find() ? matcher.group() : "";
        Location location =
            e.origin() == null
                ? findings.wholeFile()
                : Location.of(e.origin(), findings.wholeFile());
        if (message.contains("cycle") || !unknown.add(name)) {
          unresolved(name, location, "depends on itself; give it a value");
          return null;
        }
        unresolved(
            name,
            location,
            "is neither in the environment nor in this file; set it, or write ${?NAME} for"
                + " a key that may be absent");
      }
    }
  }

  /** A problem at every key that the substitution stands in. */
  private void unresolved(String name, Location location, String wrong) {
    List<Substitution> users =
        substitutions.stream().filter(user -> user.text().contains(name)).toList();
    for (Substitution user : users) {
      findings.invalid(user.location(), user.key(), name + " " + wrong);
    }
    if (users.isEmpty()) {
      findings.invalid(location, name, wrong);
    }
  }

  private static ConfigResolver marks(Set<String> unknown) {
    return new ConfigResolver() {
      @Override
      public @Nullable ConfigValue lookup(String path) {
        return unknown.contains("${" + path + "}")
            ? ConfigValueFactory.fromAnyRef(Unresolved.MARK)
            : null;
      }

      @Override
      public ConfigResolver withFallback(ConfigResolver fallback) {
        return this;
      }
    };
  }
}
