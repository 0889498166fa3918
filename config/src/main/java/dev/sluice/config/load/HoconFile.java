package dev.sluice.config.load;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
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
      Map<String, Location> sources = new HashMap<>();
      collectSources(parsed.root(), KeyPath.ROOT, findings.wholeFile(), sources);
      Config resolved = resolve(parsed);
      return resolved == null ? null : new Content(resolved.root(), sources);
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

  private static void collectSources(
      ConfigValue value, KeyPath path, Location parent, Map<String, Location> sources) {
    Location here = Location.of(value.origin(), parent);
    sources.put(path.written(), here);
    try {
      if (value instanceof ConfigObject object) {
        object.forEach((name, child) -> collectSources(child, path.child(name), here, sources));
      } else if (value instanceof ConfigList list) {
        for (int i = 0; i < list.size(); i++) {
          collectSources(list.get(i), path.item(i), here, sources);
        }
      }
    } catch (ConfigException.NotResolved e) {
      // What a substitution merges into has no parts yet: the place of the whole has to do.
      sources.put(path.written(), here);
    }
  }

  /**
   * The library stops at the first substitution that nothing provides: each is marked and passed
   * over, so that all are found.
   */
  private @Nullable Config resolve(Config parsed) {
    Set<String> unknown = new HashSet<>();
    while (true) {
      try {
        return parsed.resolve(ConfigResolveOptions.noSystem().appendResolver(resolver(unknown)));
      } catch (ConfigException.UnresolvedSubstitution e) {
        Matcher matcher = SUBSTITUTION.matcher(String.valueOf(e.getMessage()));
        String name = matcher.find() ? matcher.group(1) : "";
        Location location =
            e.origin() == null
                ? findings.wholeFile()
                : Location.of(e.origin(), findings.wholeFile());
        if (!unknown.add(name)) {
          findings.problem(location, "${" + name + "}", "depends on itself; give it a value");
          return null;
        }
        findings.problem(
            location,
            "${" + name + "}",
            "is neither in the environment nor in this file; set it, or write ${?"
                + name
                + "} for a key that may be absent");
      }
    }
  }

  private ConfigResolver resolver(Set<String> unknown) {
    return new ConfigResolver() {
      @Override
      public @Nullable ConfigValue lookup(String path) {
        List<String> names = ConfigUtil.splitPath(path);
        String value = names.size() == 1 ? environment.get(names.getFirst()) : null;
        if (value == null && unknown.contains(path)) {
          value = Unresolved.MARK;
        }
        return value == null ? null : ConfigValueFactory.fromAnyRef(value, "environment");
      }

      @Override
      public ConfigResolver withFallback(ConfigResolver fallback) {
        return this;
      }
    };
  }
}
