package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An application with HikariCP, whose own pool is larger than the one behind it. */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class HikariIT {

  private static final int TASKS = 600;

  private final PoolMode mode;
  private final Stage stage;

  HikariIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void manyTasks(int prepareThreshold) throws Exception {
    BackendWatch watch = BackendWatch.on(stage, mode.database());
    try (HikariDataSource pool =
            new HikariDataSource(config("prepareThreshold=" + prepareThreshold));
        ExecutorService threads = Executors.newFixedThreadPool(24)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int n = 0; n < TASKS; n++) {
        int task = n;
        answers.add(threads.submit(() -> work(pool, task)));
      }
      for (int n = 0; n < TASKS; n++) {
        assertEquals("" + (n * 7 + n % 5), answers.get(n).get(60, TimeUnit.SECONDS));
      }
    }
    watch.assertNeverMoreThan(PoolMode.POOL_SIZE);
  }

  private static String work(HikariDataSource pool, int task) throws Exception {
    try (Connection connection = pool.getConnection()) {
      if (task % 3 == 0) {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        assertEquals("on", one(connection, "show transaction_read_only"));
      }
      String answer = one(connection, "select ?::int * 7 + " + task % 5, task);
      if (task % 3 == 0) {
        // Every other one is left to HikariCP, which rolls back when it gets the connection back.
        if (task % 2 == 0) {
          connection.commit();
        }
      }
      return answer;
    }
  }

  private HikariConfig config(String option) {
    // In session mode each connection of the application's pool is a backend.
    int size = mode == PoolMode.SESSION ? PoolMode.POOL_SIZE : Crowd.CLIENTS;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(stage.proxy(mode).jdbcUrl(option));
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setConnectionTimeout(30_000);
    config.setConnectionInitSql("select 1");
    return config;
  }
}
