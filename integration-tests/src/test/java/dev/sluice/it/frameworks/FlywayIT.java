package dev.sluice.it.frameworks;

import static dev.sluice.it.drivers.Jdbc.column;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.it.PostgresServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Flyway: several instances of an application start at once and all want to migrate. One does; the
 * others wait for its advisory lock, of the session or of a transaction.
 */
@ExtendWith(PostgresServers.Extension.class)
class FlywayIT {

  /**
   * Instances with a transaction-level lock each keep a backend; the one that migrates keeps two.
   */
  private static final int INSTANCES = PooledDatabase.BACKENDS - 1;

  private static final Map<String, String> MIGRATIONS =
      Map.of(
          "V1__tables.sql",
          "create table runs (step int); create table items (n int)",
          "V2__rows.sql",
          "insert into runs values (2); insert into items select generate_series(1, 1000)",
          "V3__settings.sql",
          """
          set search_path = pg_catalog, public;
          set statement_timeout = '50s';
          set app.tenant = 'flyway';
          insert into public.runs values (3);
          """,
          "V4__function.sql",
          """
          create function twice(n int) returns int language plpgsql as $$ begin
            return 2 * n; -- not the end of the statement: ;
          end $$;
          insert into runs values (twice(2));
          """,
          "R__view.sql",
          "create or replace view doubled as select twice(n) as n from items");

  private final PostgresServers servers;

  FlywayIT(PostgresServers servers) {
    this.servers = servers;
  }

  @ParameterizedTest
  @CsvSource({"18, false", "18, true", "14, false"})
  void instancesThatStartTogether(int version, boolean transactionalLock, @TempDir Path folder)
      throws Exception {
    for (Map.Entry<String, String> migration : MIGRATIONS.entrySet()) {
      Files.writeString(folder.resolve(migration.getKey()), migration.getValue());
    }
    int steps = MIGRATIONS.size();
    if (!transactionalLock) {
      writeConcurrentIndex(folder);
      steps++;
    }
    AtomicInteger executed = new AtomicInteger();
    try (PooledDatabase database =
        PooledDatabase.start(servers.version(version), "frameworks_flyway")) {
      Together.run(
          INSTANCES,
          instance -> {
            try (HikariDataSource pool = database.dataSource(3)) {
              Flyway flyway = flyway(pool, folder, transactionalLock);
              MigrateResult result = flyway.migrate();
              executed.addAndGet(result.migrationsExecuted);
              // The application goes on with the connections that Flyway used.
              database.awaitNoPins();
              flyway.validate();
              try (Connection fresh = connect(database.proxy())) {
                assertEquals("0", one(fresh, "show statement_timeout"));
                assertEquals("\"$user\", public", one(fresh, "show search_path"));
              }
            }
          });
      assertEquals(steps, executed.get(), "each migration once");
      try (Connection connection = connect(database.proxy())) {
        assertEquals(List.of("2", "3", "4"), column(connection, "select * from runs order by 1"));
        assertEquals("2000", one(connection, "select max(n) from doubled"));
        assertEquals(
            steps + "",
            one(connection, "select count(*) from flyway_schema_history where success"));
      }
      try (Connection direct = connect(database.server())) {
        assertEquals("0", one(direct, "select count(*) from pg_locks where locktype = 'advisory'"));
      }
    }
  }

  /** CREATE INDEX CONCURRENTLY waits for every transaction, also for one that keeps a lock. */
  private static void writeConcurrentIndex(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("V5__index.sql"), "create index concurrently items_n on items (n)");
    Files.writeString(folder.resolve("V5__index.sql.conf"), "executeInTransaction=false");
  }

  private static Flyway flyway(HikariDataSource pool, Path folder, boolean transactionalLock) {
    var configuration =
        Flyway.configure().dataSource(pool).locations("filesystem:" + folder).lockRetryCount(-1);
    PostgreSQLConfigurationExtension postgres =
        configuration.getPluginRegister().getExact(PostgreSQLConfigurationExtension.class);
    postgres.setTransactionalLock(transactionalLock);
    return configuration.load();
  }
}
