package dev.sluice.it.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.PostgresServer;
import dev.sluice.it.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** What one PostgreSQL server answers to the suite, to hold the answers of others against. */
final class Comparison implements AutoCloseable {
  private static final Path REPORT = Path.of("target", "differential.txt");

  private final PostgresServer postgres;
  private final Suite all;
  private final SleepWatch watch;
  private final Map<String, Transcript> direct;

  /** Asks the server itself. */
  Comparison(PostgresServer postgres) {
    this.postgres = postgres;
    this.all = Suite.read();
    this.watch = new SleepWatch(postgres.address(), postgres.superuser());
    this.direct = run(sessionSuite(), postgres.address(), Neighbours.none());
  }

  PostgresServer postgres() {
    return postgres;
  }

  /** All cases for this version. */
  Suite sessionSuite() {
    return all.suitable(postgres.majorVersion(), true);
  }

  /** The cases that keep no state beyond a transaction. */
  Suite transactionSuite() {
    return all.suitable(postgres.majorVersion(), false);
  }

  /**
   * Makes the database of the suite anew. No proxy may hold connections to it that it still means
   * to use.
   */
  void prepare() {
    Suite.prepare(postgres.address(), postgres.superuser());
  }

  /** Plays the suite in a new database, and fails with the transcripts of what differs. */
  void expectNoDifferences(String pass, Suite suite, Address server) {
    report(pass, run(suite, server, Neighbours.none()));
  }

  /** The same in the database as it is, with neighbours. */
  void expectNoDifferences(String pass, Suite suite, Address server, Neighbours neighbours) {
    report(pass, suite.run(new CaseRunner(server, watch, neighbours)));
  }

  private Map<String, Transcript> run(Suite suite, Address server, Neighbours neighbours) {
    prepare();
    return suite.run(new CaseRunner(server, watch, neighbours));
  }

  private void report(String pass, Map<String, Transcript> proxied) {
    Report report =
        Report.compare("PostgreSQL " + postgres.majorVersion() + " " + pass, direct, proxied);
    System.out.println(report.summary());
    try {
      Files.createDirectories(REPORT.toAbsolutePath().getParent());
      Files.writeString(
          REPORT, report + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertEquals(List.of(), report.differences(), report.summary());
  }

  @Override
  public void close() {
    watch.close();
  }
}
