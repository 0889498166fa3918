package dev.sluice.proxy.cli;

import dev.sluice.config.load.KeyDescription;
import dev.sluice.config.load.KeyTable;
import dev.sluice.config.load.KeyUse;
import dev.sluice.config.load.LoadResult.Loaded;
import dev.sluice.config.load.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keys that are known and validated, but whose capability this version does not have. Nobody shall
 * believe in a lag limit or a time limit that is not there, so a server does not start with one of
 * them set. A version that brings a capability removes its row.
 */
final class CapabilityCheck {
  /**
   * Keys from a prefix on, as the table of keys names them, that mean a capability when they are
   * used so.
   */
  private record Missing(String keys, Predicate<KeyUse> used, String capability) {
    Missing(String keys, String capability) {
      this(keys, use -> true, capability);
    }

    boolean concerns(KeyUse use) {
      return use.tableKey().startsWith(keys) && used.test(use);
    }
  }

  private static final List<Missing> MISSING =
      List.of(
          new Missing("routing.", CapabilityCheck::isOfReads, "routing"),
          new Missing("databases.*.routing.", CapabilityCheck::isOfReads, "routing"),
          new Missing("listen[].route", "routing"),
          new Missing("databases.*.route", "routing"),
          new Missing("databases.*.nodes[].weight", "routing"),
          new Missing("http", "the HTTP endpoints"),
          new Missing("peers", "cancel requests across processes"),
          new Missing("client.idle-timeout", "time limits of clients"),
          new Missing("client.idle-transaction-timeout", "time limits of clients"),
          new Missing("client.transaction-timeout", "time limits of clients"),
          new Missing("client.query-timeout", "time limits of clients"),
          new Missing("databases.*.client.", "time limits of clients"),
          new Missing("users.*.client.", "time limits of clients"),
          new Missing("pool.max-database-clients", "client limits of a database"),
          new Missing("databases.*.pool.max-database-clients", "client limits of a database"),
          new Missing("pool.max-user-clients", "client limits of a user"),
          new Missing("users.*.pool.max-user-clients", "client limits of a user"),
          new Missing("pool.wait-notice-after", "the notice to waiting clients"),
          new Missing("databases.*.pool.wait-notice-after", "the notice to waiting clients"),
          new Missing("users.*.pool.wait-notice-after", "the notice to waiting clients"),
          new Missing("log.format", "log lines in JSON"),
          new Missing("log.slow-query", "the log of slow queries"),
          new Missing("log.literals", "the log of slow queries"));

  /** Keys whose default says more than this version does. */
  private static final List<String> NOT_IN_FORCE =
      List.of(
          "routing.reads",
          "routing.max-lag",
          "routing.when-no-primary",
          "routing.read-after-write",
          "routing.monotonic-reads");

  private CapabilityCheck() {}

  /**
   * The keys that a server of this version refuses to start with; for each key the outermost says
   * it.
   */
  static List<Problem> refusals(Loaded loaded) {
    List<Problem> refusals =
        loaded.nonDefaultKeys().stream().flatMap(use -> refusal(use).stream()).toList();
    return refusals.stream()
        .filter(inner -> refusals.stream().noneMatch(outer -> isWithin(inner.key(), outer.key())))
        .toList();
  }

  private static boolean isWithin(String inner, String outer) {
    return inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
  }

  /** What is written nowhere and yet would be believed, as {@code key = value}. */
  static List<String> defaultsNotInForce() {
    return NOT_IN_FORCE.stream().map(key -> key + " = " + absent(key)).toList();
  }

  private static Optional<Problem> refusal(KeyUse use) {
    return MISSING.stream()
        .filter(missing -> missing.concerns(use))
        .findFirst()
        .map(missing -> new Problem(use.file(), use.line(), use.key(), message(use, missing)));
  }

  private static String message(KeyUse use, Missing missing) {
    String absent = absent(use.tableKey());
    return "not available in this version ("
        + missing.capability()
        + "); "
        + (absent.isEmpty() ? "remove it" : "remove it or set it to its default, " + absent);
  }

  private static String absent(String tableKey) {
    return KeyTable.keys().stream()
        .filter(key -> key.key().equals(tableKey))
        .map(KeyDescription::absent)
        .findFirst()
        .orElse("");
  }

  /** Not of how the primary is found, and how long it is waited for. */
  private static boolean isOfReads(KeyUse use) {
    return !use.tableKey().contains("routing.probe.")
        && !use.tableKey().endsWith("routing.failover-timeout");
  }
}
