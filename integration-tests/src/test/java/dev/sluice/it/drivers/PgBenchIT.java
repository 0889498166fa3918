package dev.sluice.it.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 200 pgbench clients over a pool of 10. */
@ExtendWith(StageExtension.class)
class PgBenchIT {

  private static final Pattern TRANSACTIONS =
      Pattern.compile("number of transactions actually processed: (\\d+)");

  private final Stage stage;
  private final Tool pgbench =
      Tool.require("pgbench", "apt-get install postgresql (or postgresql-contrib)");

  PgBenchIT(Stage stage) {
    this.stage = stage;
  }

  /** Its tables: DDL, COPY and VACUUM through the pool. */
  @BeforeEach
  void initialize() throws Exception {
    run("-i", "-q", "-s", "1", "-I", "dtgvp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "prepared"})
  void twoHundredClients(String protocol) throws Exception {
    String output =
        watched(
            "-n",
            "-M",
            protocol,
            "-c",
            "200",
            "-j",
            "2",
            "-T",
            "4",
            "-b",
            "select-only@3",
            "-b",
            "simple-update@1");
    assertTrue(transactions(output) > 1000, output);
    balancesAddUp();
  }

  /** Contention on one row, inside longer transactions. */
  @Test
  void tpcbLike() throws Exception {
    String output = watched("-n", "-M", "prepared", "-c", "50", "-j", "2", "-t", "20");
    assertEquals(50 * 20, transactions(output), output);
    balancesAddUp();
  }

  @Test
  void aNewConnectionPerTransaction() throws Exception {
    String output = watched("-n", "-C", "-S", "-c", "20", "-j", "2", "-t", "20");
    assertEquals(20 * 20, transactions(output), output);
  }

  private void balancesAddUp() throws Exception {
    try (var connection = Jdbc.connect(stage.server(Stage.PGBENCH))) {
      assertEquals(
          Jdbc.one(connection, "select sum(abalance) from pgbench_accounts"),
          Jdbc.one(connection, "select coalesce(sum(delta), 0) from pgbench_history"));
    }
  }

  private String watched(String... arguments) throws Exception {
    BackendWatch watch = BackendWatch.on(stage, Stage.PGBENCH);
    String output = run(arguments);
    watch.assertNeverMoreThan(Stage.PGBENCH_POOL_SIZE);
    return output;
  }

  private String run(String... arguments) throws Exception {
    Tool.Result result =
        pgbench
            .run(
                Path.of("."),
                Tool.environment(stage.proxy(Stage.PGBENCH), "transaction"),
                Duration.ofMinutes(1),
                List.of(arguments))
            .assertSucceeded();
    String errors = result.errors();
    assertTrue(
        !errors.contains("error") && !errors.contains("ERROR") && !errors.contains("FATAL"),
        result::toString);
    return result.output();
  }

  private static int transactions(String output) {
    assertTrue(
        !output.contains("failed transactions")
            || output.contains("number of failed transactions: 0 "),
        output);
    Matcher transactions = TRANSACTIONS.matcher(output);
    assertTrue(transactions.find(), output);
    return Integer.parseInt(transactions.group(1));
  }
}
