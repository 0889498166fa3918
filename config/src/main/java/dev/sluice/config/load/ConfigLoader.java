package dev.sluice.config.load;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.sluice.config.ClientConfig;
import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Level;
import dev.sluice.config.Overrides;
import dev.sluice.config.PoolConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.UserConfig;
import dev.sluice.config.load.DatabaseAssembler.Assembled;
import dev.sluice.config.load.LoadResult.Invalid;
import dev.sluice.config.load.LoadResult.Loaded;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file. It is written in HOCON; everything stands below {@code sluice}. All
 * problems are found in one go, but those behind a syntax error in the same file.
 */
public final class ConfigLoader {
  static final String ROOT = "sluice";

  private final Path file;
  private final Map<String, String> environment;
  private final Findings findings;

  private ConfigLoader(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
    this.findings = new Findings(file);
  }

  /** As {@link #load(Path, Map, NamedFiles)}, with the named files checked. */
  public static LoadResult load(Path file, Map<String, String> environment) {
    return load(file, environment, NamedFiles.CHECK);
  }

  /**
   * Reads {@code file} and what it includes.
   *
   * @param file named in problems as it is given here; relative paths in it are relative to its
   *     directory
   * @param environment what {@code ${?NAME}} takes its value from
   */
  public static LoadResult load(Path file, Map<String, String> environment, NamedFiles namedFiles) {
    return new ConfigLoader(file, environment).load(namedFiles);
  }

  private LoadResult load(NamedFiles namedFiles) {
    SluiceConfig config = read();
    namedFiles.check(findings);
    List<Problem> problems = findings.problems();
    return config == null || !problems.isEmpty()
        ? new Invalid(problems)
        : new Loaded(config, findings.uses());
  }

  /** What could be read; null when a problem says why nothing could. */
  private @Nullable SluiceConfig read() {
    HoconFile.Content content = new HoconFile(file, environment, findings).read();
    ConfigObject written = content == null ? null : root(content.root());
    if (content == null || written == null) {
      return null;
    }
    Path directory = file.toAbsolutePath().getParent();
    SectionReader reader =
        new SectionReader(
            findings, directory == null ? Path.of("/") : directory, content.sources());
    Location start = Location.of(written.origin(), findings.wholeFile());
    Map<String, @Nullable Object> values =
        reader.read(written, Schema.ROOT, KeyPath.ROOT, Level.GLOBAL, start);
    Map<String, Overrides<DatabaseKeys>> databases = entries(values.remove("databases"));
    Map<String, Overrides<UserKeys>> users = entries(values.remove("users"));
    SluiceConfig global = new Overrides<>(Schema.ROOT.defaults(), values).overDefaults();
    return assemble(global, databases, users);
  }

  private @Nullable ConfigObject root(ConfigObject file) {
    ConfigValue sluice = file.get(ROOT);
    file.forEach(
        (name, value) -> {
          if (!name.equals(ROOT)) {
            findings.invalid(
                Location.of(value.origin(), findings.wholeFile()),
                KeyPath.ROOT.unknown(name).written(),
                "unknown key; everything stands in sluice { ... }");
          }
        });
    if (sluice instanceof ConfigObject section) {
      return section;
    }
    Location location =
        sluice == null ? findings.wholeFile() : Location.of(sluice.origin(), findings.wholeFile());
    findings.problem(location, ROOT, "is not a section; valid is sluice { key = value ... }");
    return null;
  }

  @SuppressWarnings("unchecked") // the table of keys says what the entries are read as
  private static <R extends Record> Map<String, Overrides<R>> entries(@Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Overrides<R>>) value;
  }

  private SluiceConfig assemble(
      SluiceConfig global,
      Map<String, Overrides<DatabaseKeys>> writtenDatabases,
      Map<String, Overrides<UserKeys>> writtenUsers) {
    new GlobalRules(global, findings).check();
    Map<String, Assembled> assembled =
        new DatabaseAssembler(writtenDatabases, findings).assemble(global);
    DatabaseRules rules = new DatabaseRules(findings);
    assembled.values().forEach(rules::database);
    if (writtenDatabases.isEmpty()) {
      new Place(findings, List.of(""))
          .problem(List.of("databases"), "no database is given; name one, or \"*\" for any");
    }
    Map<String, UserConfig> users = new LinkedHashMap<>();
    PoolConfig pool = global.pool();
    ClientConfig client = global.client();
    writtenUsers.forEach(
        (name, keys) ->
            users.put(
                name,
                new UserConfig(name, keys.section("pool", pool), keys.section("client", client))));
    users.values().forEach(user -> rules.user(user, assembled.values()));
    Map<String, DatabaseConfig> databases = new LinkedHashMap<>();
    assembled.forEach((name, database) -> databases.put(name, database.config()));
    DatabaseConfig fallback = databases.remove(DatabaseConfig.ANY);
    return global.with(
        Collections.unmodifiableMap(databases), fallback, Collections.unmodifiableMap(users));
  }
}
