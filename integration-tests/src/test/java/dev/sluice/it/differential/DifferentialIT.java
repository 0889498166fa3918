package dev.sluice.it.differential;

import dev.sluice.it.PostgresServer;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.fault.FaultProxy;
import dev.sluice.it.wire.Pace;
import dev.sluice.it.wire.WriteSizes;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same conversations with PostgreSQL itself and through the proxy read the same, message by
 * message. What may differ is listed in {@code integration-tests/ALLOWED-DIFFERENCES.md}. The
 * transcripts of all differences are in {@code target/differential.txt}.
 */
@ExtendWith(PostgresServers.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialIT {
  private final PostgresServers servers;
  private final Map<Integer, Comparison> comparisons = new HashMap<>();

  DifferentialIT(PostgresServers servers) {
    this.servers = servers;
  }

  private Comparison with(int version) {
    return comparisons.computeIfAbsent(version, v -> new Comparison(servers.version(v)));
  }

  @AfterAll
  void close() {
    comparisons.values().forEach(Comparison::close);
  }

  /** The cases do not depend on each other, and their answers do not depend on chance. */
  @ParameterizedTest(name = "PostgreSQL {0}")
  @ValueSource(ints = {PostgresServers.OLDEST, PostgresServers.NEWEST})
  void postgresAgreesWithItselfInAnyOrder(int version) {
    Comparison comparison = with(version);
    long seed = System.nanoTime();
    comparison.expectNoDifferences(
        "itself, shuffled by " + seed,
        comparison.sessionSuite().shuffled(new Random(seed)),
        comparison.postgres().address());
  }

  /**
   * Neither the answers of PostgreSQL nor the proxy for faults depend on where the stream is cut.
   */
  @ParameterizedTest(name = "PostgreSQL {0}")
  @ValueSource(ints = PostgresServers.NEWEST)
  void postgresAgreesWithItselfInPieces(int version) {
    Comparison comparison = with(version);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (FaultProxy pieces = FaultProxy.to(comparison.postgres().address())) {
      pieces.divide(() -> WriteSizes.random(new Random(random.nextLong())), Pace.none());
      comparison.expectNoDifferences(
          "itself, divided by " + seed, comparison.sessionSuite(), pieces.address());
    }
  }

  /** The streams on both sides of the proxy are cut at random. */
  @ParameterizedTest(name = "PostgreSQL {0}, {1} mode")
  @CsvSource({"18, session", "18, transaction"})
  void inPieces(int version, String mode) {
    Comparison comparison = with(version);
    PostgresServer postgres = comparison.postgres();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Supplier<WriteSizes> sizes = () -> WriteSizes.random(new Random(random.nextLong()));
    try (FaultProxy behind = FaultProxy.to(postgres.address())) {
      behind.divide(sizes, Pace.none());
      String pool = "mode = " + mode + ", size = 3";
      try (SluiceServer sluice = start(behind.address().toString(), 2, pool);
          FaultProxy before = FaultProxy.to(sluice.address())) {
        before.divide(sizes, Pace.none());
        comparison.expectNoDifferences(
            mode + " mode, divided by " + seed,
            mode.equals("session") ? comparison.sessionSuite() : comparison.transactionSuite(),
            before.address());
      }
    }
  }

  @ParameterizedTest(name = "PostgreSQL {0}, {1} event loops")
  @CsvSource({"14, 1", "14, 2", "18, 1", "18, 2"})
  void sessionMode(int version, int eventLoops) {
    Comparison comparison = with(version);
    String pool = "mode = session, size = 20";
    try (SluiceServer sluice = start(comparison.postgres().node(), eventLoops, pool)) {
      comparison.expectNoDifferences(
          "session mode, %d event loops".formatted(eventLoops),
          comparison.sessionSuite(),
          sluice.address());
    }
  }

  /**
   * Between the batches of each case other clients use its backend, or it is made to change to
   * another one.
   */
  @ParameterizedTest(name = "PostgreSQL {0}, {1} event loops, {2} backends")
  @CsvSource({
    "14, 1, 1",
    "14, 1, 3",
    "14, 2, 1",
    "14, 2, 3",
    "18, 1, 1",
    "18, 1, 3",
    "18, 2, 1",
    "18, 2, 3"
  })
  void transactionMode(int version, int eventLoops, int backends) {
    Comparison comparison = with(version);
    comparison.prepare();
    String pool = "mode = transaction, size = " + backends;
    try (SluiceServer sluice = start(comparison.postgres().node(), eventLoops, pool);
        Neighbours neighbours = new RestlessNeighbours(sluice.address(), backends)) {
      comparison.expectNoDifferences(
          "transaction mode, %d event loops, %d backends".formatted(eventLoops, backends),
          backends == 1 ? comparison.transactionSuite().sharing() : comparison.transactionSuite(),
          sluice.address(),
          neighbours);
    }
  }

  private static SluiceServer start(String node, int eventLoops, String pool) {
    SluiceConf conf =
        SluiceConf.trusting()
            .with("event-loops = " + eventLoops)
            .database("suite", node, "pool { " + pool + " }");
    return SluiceServer.start(conf.text());
  }
}
