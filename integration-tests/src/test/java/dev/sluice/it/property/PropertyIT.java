package dev.sluice.it.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.PostgresServer;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random sessions of several clients that share a few backends: each client sees what it would see
 * alone on a connection to PostgreSQL. What may differ is listed in {@code
 * integration-tests/ALLOWED-DIFFERENCES.md}. The report is in {@code target/property.txt}.
 *
 * <p>System properties: {@code sluice.property.seed} of the first scenario, {@code
 * sluice.property.scripts} to play in transaction mode, {@code sluice.property.differences} after
 * which it ends. A difference is played again with its seed and a single script.
 */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PropertyIT {
  private static final Path REPORT = Path.of("target", "property.txt");
  private static final int SCRIPTS = Integer.getInteger("sluice.property.scripts", 3000);
  private static final int FEW_SCRIPTS = Math.min(SCRIPTS, 300);
  private static final int MAX_DIFFERENCES = Integer.getInteger("sluice.property.differences", 3);

  private static final Set<Feature> ALL = Set.copyOf(EnumSet.allOf(Feature.class));
  private static final Set<Feature> SESSION_MODE =
      Set.copyOf(
          EnumSet.complementOf(
              EnumSet.of(Feature.LOGIN_PARAMETERS, Feature.UNKNOWN_CUSTOM_PARAMETERS)));

  private static final Set<Feature> TRANSACTION_MODE = Set.of(Feature.CROSSED_NAMES);

  /**
   * The same scripts for everybody who builds; who looks for more says another seed, or {@code
   * random}.
   */
  private static final long SEED = 20261127;

  private final long seed = seed(System.getProperty("sluice.property.seed", ""));
  private final PostgresServer postgres;
  private final Target direct;

  PropertyIT(PostgresServers servers) {
    postgres = servers.newest();
    direct = straightTo(Databases.DIRECT);
  }

  @BeforeAll
  void createDatabases() {
    Campaign.prepare(postgres);
  }

  /** The scripts do not depend on chance, nor on who else plays one. */
  @Test
  void postgresAgreesWithItself() {
    expectNoDifferences("PostgreSQL itself", () -> straightTo(Databases.PROXIED), ALL, FEW_SCRIPTS);
  }

  @Test
  void transactionMode() {
    expectNoDifferences(
        "transaction mode", () -> through("mode = transaction"), TRANSACTION_MODE, SCRIPTS);
  }

  /** SQL's PREPARE does not pin. */
  @Test
  void transactionModeWithTrackedPrepare() {
    hideNamesOfStatements("on");
    try {
      expectNoDifferences(
          "transaction mode, prepare = track",
          () -> through("mode = transaction", "prepare = track", SluiceServer::close),
          TRANSACTION_MODE,
          SCRIPTS / 3);
    } finally {
      hideNamesOfStatements("");
    }
  }

  private void hideNamesOfStatements(String hidden) {
    for (String database : List.of(Databases.DIRECT, Databases.PROXIED)) {
      try (WireClient admin = postgres.admin(database)) {
        admin.rows("alter database %s set property.hidden = '%s'".formatted(database, hidden));
      }
    }
  }

  @Test
  void sessionMode() {
    expectNoDifferences("session mode", () -> through("mode = session"), SESSION_MODE, SCRIPTS / 3);
  }

  /** What the test is worth: a proxy that begins sessions with another setting is found. */
  @Test
  void findsAnotherInitialSetting() {
    Campaign campaign =
        new Campaign(
            postgres,
            direct,
            () ->
                new Target(
                    postgres.address(),
                    (scenario, login) ->
                        login.withDatabase(Databases.PROXIED).with("lock_timeout", "77s"),
                    false,
                    () -> {}),
            ALL,
            seed,
            FEW_SCRIPTS,
            1);
    campaign.run();
    String found = only(campaign.differences());
    assertTrue(found.contains("'77s'") || found.contains("'77000'"), found);
    assertEquals(1, scriptLines(found), found);
  }

  /**
   * What the test is worth: a proxy that hands a backend on as the last client left it is found,
   * also where the one who sees it comes in a later scenario.
   */
  @Test
  void findsWhatTheLastClientLeft() {
    Campaign campaign =
        new Campaign(
            postgres,
            direct,
            () ->
                through(
                    "mode = session, size = 1, reset-query = \"select 1\"",
                    "",
                    SluiceServer::closeUnaudited),
            SESSION_MODE,
            seed,
            FEW_SCRIPTS,
            1);
    campaign.run();
    String found = only(campaign.differences());
    assertTrue(scriptLines(found) < 10, found);
  }

  private static long seed(String given) {
    return switch (given) {
      case "" -> SEED;
      case "random" -> System.nanoTime();
      default -> Long.parseLong(given);
    };
  }

  private static String only(List<String> differences) {
    assertTrue(!differences.isEmpty(), "found nothing");
    System.out.println(differences.getFirst());
    return differences.getFirst();
  }

  private static long scriptLines(String found) {
    return found.lines().filter(line -> line.matches("client \\d+: .*")).count();
  }

  private void expectNoDifferences(
      String pass, Supplier<Target> proxy, Set<Feature> features, int scripts) {
    Campaign campaign =
        new Campaign(postgres, direct, proxy, features, seed, scripts, MAX_DIFFERENCES);
    campaign.run();
    List<String> differences = campaign.differences();
    report(
        "%s: seed %d, %s%ndifferences: %s"
            .formatted(
                pass,
                seed,
                campaign.tally(),
                differences.isEmpty() ? "none" : "\n" + String.join("\n\n", differences)));
    assertEquals(List.of(), differences, pass + ", seed " + seed);
  }

  private Target straightTo(String database) {
    return new Target(
        postgres.address(), (scenario, login) -> login.withDatabase(database), false, () -> {});
  }

  /** A proxy with a pool of each size for each lane. */
  private Target through(String pool) {
    return through(pool, "", SluiceServer::close);
  }

  private Target through(String pool, String session, Consumer<SluiceServer> end) {
    SluiceConf conf = SluiceConf.trusting();
    for (int lane = 0; lane < 2; lane++) {
      for (int size = 1; size <= 3; size++) {
        conf =
            conf.database(
                database(lane, size),
                postgres.node(),
                "dbname = %s, pool { size = %d, %s }, session { %s }"
                    .formatted(Databases.PROXIED, size, pool, session));
      }
    }
    SluiceServer sluice = SluiceServer.start(conf.text());
    BiFunction<Scenario, Login, Login> login =
        (scenario, as) ->
            as.withDatabase(database(scenario.clients().getFirst().slot().lane(), scenario.pool()));
    return new Target(sluice.address(), login, true, () -> end.accept(sluice));
  }

  private static String database(int lane, int size) {
    return "lane%d_of_%d".formatted(lane, size);
  }

  private static void report(String text) {
    System.out.println(text);
    try {
      Files.createDirectories(REPORT.toAbsolutePath().getParent());
      Files.writeString(
          REPORT, text + "\n\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
