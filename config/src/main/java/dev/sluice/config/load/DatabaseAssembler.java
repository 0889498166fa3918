package dev.sluice.config.load;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Overrides;
import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Databases as they hold: their own keys, over those of the database they are like, over the global
 * sections.
 */
final class DatabaseAssembler {
  private final Map<String, Overrides<DatabaseKeys>> written;
  private final Findings findings;

  DatabaseAssembler(Map<String, Overrides<DatabaseKeys>> written, Findings findings) {
    this.written = written;
    this.findings = findings;
  }

  /**
   * A database and where its keys are looked for when one is to be named.
   *
   * @param ancestry its own name, then those it is like
   */
  record Assembled(DatabaseConfig config, List<String> ancestry) {}

  /** All databases that can be assembled, the fallback among them under its {@code "*"}. */
  Map<String, Assembled> assemble(SluiceConfig global) {
    Map<String, Assembled> databases = new LinkedHashMap<>();
    written.forEach(
        (name, own) -> {
          List<String> ancestry = ancestry(name);
          if (ancestry != null) {
            Overrides<DatabaseKeys> merged = own;
            for (String ancestor : ancestry.subList(1, ancestry.size())) {
              Overrides<DatabaseKeys> lower = written.get(ancestor);
              merged = lower == null ? merged : merged.plus(lower);
            }
            databases.put(name, new Assembled(database(ancestry, merged, global), ancestry));
          }
        });
    return databases;
  }

  private @Nullable List<String> ancestry(String name) {
    List<String> ancestry = new ArrayList<>(List.of(name));
    String like = likeOf(name);
    while (like != null) {
      if (!written.containsKey(like)) {
        String last = ancestry.getLast();
        boolean known = findings.whereWritten(entry(like)) != null;
        if (last.equals(name) && !known && !findings.isIncomplete()) {
          String nearest =
              Suggestions.nearest(like, List.copyOf(written.keySet()))
                  .map(near -> "the nearest is " + near)
                  .orElse("known are " + String.join(", ", written.keySet()));
          likeProblem(name, "there is no database " + Scalars.shown(like) + "; " + nearest);
        }
        return null;
      }
      if (ancestry.contains(like)) {
        List<String> circle = ancestry.subList(ancestry.indexOf(like), ancestry.size());
        // One mistake, one problem: of all that the circle leads to, its first name reports it.
        if (name.equals(Collections.min(circle))) {
          String path = String.join(" -> ", circle) + " -> " + like;
          likeProblem(name, "goes in a circle: " + path + "; remove one like");
        }
        return null;
      }
      ancestry.add(like);
      like = likeOf(like);
    }
    return ancestry;
  }

  private @Nullable String likeOf(String name) {
    Overrides<DatabaseKeys> keys = written.get(name);
    return keys == null ? null : keys.overDefaults().like();
  }

  private static String entry(String name) {
    return KeyPath.ROOT.child("databases").entry(name).written();
  }

  private void likeProblem(String name, String message) {
    String key = KeyPath.join(entry(name), "like");
    Location location = findings.whereWritten(key);
    findings.problem(location == null ? findings.wholeFile() : location, key, message);
  }

  private static DatabaseConfig database(
      List<String> ancestry, Overrides<DatabaseKeys> merged, SluiceConfig global) {
    String name = ancestry.getFirst();
    DatabaseKeys keys = merged.overDefaults();
    String dbname = keys.dbname();
    if (dbname == null) {
      // What is like another is another view of the same database on the server.
      String original = ancestry.getLast();
      dbname = original.equals(DatabaseConfig.ANY) ? name : original;
    }
    return new DatabaseConfig(
        name,
        dbname,
        keys.nodes(),
        keys.user(),
        keys.password(),
        keys.tls(),
        keys.route(),
        merged.section("pool", global.pool()).over(global.pool()),
        merged.section("session", global.session()).over(global.session()),
        merged.section("routing", global.routing()).over(global.routing()),
        merged.section("client", global.client()).over(global.client()));
  }
}
