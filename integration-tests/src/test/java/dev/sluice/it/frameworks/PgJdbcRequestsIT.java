package dev.sluice.it.frameworks;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.column;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sluice.it.PostgresServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What frameworks do with a pgjdbc connection around each request, from 50 connections over 5
 * backends: schema, role, time zone, isolation, read-only, row security by a setting. Each request
 * must see its own, whatever the others do in between.
 */
@ExtendWith(PostgresServers.Extension.class)
@ParameterizedClass
@ValueSource(ints = {18, 14})
class PgJdbcRequestsIT {

  private static final int CONNECTIONS = 50;
  private static final int REQUESTS = 12;
  private static final int TENANTS = 10;

  /** With 1 every statement is a named one of the server. */
  private static final String PREPARED = "prepareThreshold=1";

  private final PostgresServers servers;
  private final int version;

  PgJdbcRequestsIT(int version, PostgresServers servers) {
    this.servers = servers;
    this.version = version;
  }

  private PooledDatabase start() throws Exception {
    return PooledDatabase.start(servers.version(version), "frameworks_requests");
  }

  @Test
  void rowSecurityBySetting() throws Exception {
    try (PooledDatabase database = start()) {
      execute(
          database.proxy(),
          "create table accounts (tenant text not null, n int)",
          "insert into accounts select 't' || t, n from generate_series(0, %d) t, generate_series(1, 3) n"
              .formatted(TENANTS - 1),
          "create policy own on accounts using (tenant = current_setting('app.tenant', true))",
          "alter table accounts enable row level security",
          "alter table accounts force row level security");
      Together.run(
          CONNECTIONS,
          number -> {
            try (Connection connection = connect(database.proxy(), PREPARED)) {
              for (int request = 0; request < REQUESTS; request++) {
                String tenant = "t" + (number + request) % TENANTS;
                setTenant(connection, tenant, request % 3);
                assertOnlyOwn(connection, tenant);
                inTransactions(connection, tenant);
                execute(connection, "reset app.tenant");
                assertEquals(List.of(), tenants(connection), "rows without a tenant");
              }
            }
          });
    }
  }

  private static void setTenant(Connection connection, String tenant, int way) throws SQLException {
    switch (way) {
      case 0 -> execute(connection, "set app.tenant = '" + tenant + "'");
      case 1 ->
          assertEquals(
              tenant, one(connection, "select set_config('app.tenant', ?, false)", tenant));
      default -> {
        connection.setAutoCommit(false);
        execute(connection, "set session app.tenant to " + tenant);
        connection.commit();
        connection.setAutoCommit(true);
      }
    }
  }

  private static void assertOnlyOwn(Connection connection, String tenant) throws SQLException {
    assertEquals(List.of(tenant), tenants(connection));
  }

  private static List<String> tenants(Connection connection) throws SQLException {
    return column(connection, "select distinct tenant from accounts");
  }

  /** A tenant of one transaction, and one that a rollback takes back. */
  private static void inTransactions(Connection connection, String tenant) throws SQLException {
    connection.setAutoCommit(false);
    execute(connection, "set local app.tenant = 't0'");
    assertOnlyOwn(connection, "t0");
    connection.commit();
    assertOnlyOwn(connection, tenant);
    connection.commit();
    execute(connection, "set app.tenant = 't1'");
    assertOnlyOwn(connection, "t1");
    connection.rollback();
    assertOnlyOwn(connection, tenant);
    execute(connection, "savepoint s", "set app.tenant = 't2'");
    assertOnlyOwn(connection, "t2");
    execute(connection, "rollback to savepoint s");
    assertOnlyOwn(connection, tenant);
    connection.commit();
    connection.setAutoCommit(true);
  }

  /** One table name in each tenant's schema; named statements must not carry it to another. */
  @Test
  void schemaPerTenant() throws Exception {
    try (PooledDatabase database = start()) {
      for (int t = 0; t < TENANTS; t++) {
        execute(
            database.proxy(),
            "create schema t" + t,
            "create table t%d.orders as select 't%d' as tenant".formatted(t, t));
      }
      execute(database.proxy(), "create table orders as select 'public' as tenant");
      Together.run(
          CONNECTIONS,
          number -> {
            try (Connection connection = connect(database.proxy(), PREPARED)) {
              for (int request = 0; request < REQUESTS; request++) {
                String tenant = "t" + (number + request) % TENANTS;
                connection.setSchema(tenant);
                assertEquals(tenant, connection.getSchema());
                assertEquals(tenant, one(connection, "select tenant from orders"));
                connection.setAutoCommit(false);
                assertEquals(
                    tenant, one(connection, "select tenant from orders where tenant <> ?", ""));
                connection.commit();
                connection.setAutoCommit(true);
                if (request % 4 == 3) {
                  execute(connection, "reset search_path");
                  assertEquals("public", one(connection, "select tenant from orders"));
                }
              }
            }
          });
    }
  }

  /** A role per tenant, and row security by it. */
  @Test
  void rolePerTenant() throws Exception {
    try (PooledDatabase database = start()) {
      String owner = database.proxy().user();
      execute(
          database.server(),
          """
          do $$ begin
            for t in 0..9 loop
              if not exists (select from pg_roles where rolname = 'frameworks_t' || t) then
                execute format('create role %I', 'frameworks_t' || t);
              end if;
              execute format('grant %I to frameworks_requests', 'frameworks_t' || t);
            end loop;
          end $$
          """);
      execute(
          database.proxy(),
          "create table files (owner name default current_user, n int)",
          "create policy own on files using (owner = current_user)",
          "alter table files enable row level security",
          "grant select, insert, delete on files to public");
      Together.run(
          CONNECTIONS,
          number -> {
            try (Connection connection = connect(database.proxy(), PREPARED)) {
              for (int request = 0; request < REQUESTS; request++) {
                String role = "frameworks_t" + (number + request) % TENANTS;
                execute(connection, "set role " + role);
                execute(connection, "insert into files (n) values (" + number + ")");
                assertEquals(role, one(connection, "select current_user"));
                assertEquals(List.of(role), column(connection, "select distinct owner from files"));
                assertFails("42501", () -> execute(connection, "drop table files"));
                execute(connection, "reset role");
                assertEquals(owner, one(connection, "select current_user"));
              }
            }
          });
    }
  }

  /** Every connection has its own isolation, read-only default, time zone and time-outs. */
  @Test
  void sessionCharacteristics() throws Exception {
    List<String> levels = List.of("read committed", "repeatable read", "serializable");
    List<Integer> constants =
        List.of(
            Connection.TRANSACTION_READ_COMMITTED,
            Connection.TRANSACTION_REPEATABLE_READ,
            Connection.TRANSACTION_SERIALIZABLE);
    List<String> zones = List.of("Asia/Tokyo", "America/Lima", "UTC", "Europe/Paris");
    try (PooledDatabase database = start()) {
      execute(database.proxy(), "create table notes (n int)");
      Together.run(
          CONNECTIONS,
          number -> {
            try (Connection connection = connect(database.proxy(), "readOnlyMode=always")) {
              connection.setNetworkTimeout(Runnable::run, 60_000);
              String zone = zones.get(number % zones.size());
              String timeout = 20_001 + number + "ms";
              execute(
                  connection,
                  "set time zone '" + zone + "'",
                  "set statement_timeout = '" + timeout + "'");
              for (int request = 0; request < REQUESTS; request++) {
                int level = (number + request) % levels.size();
                boolean readOnly = (number + request) % 2 == 0;
                connection.setTransactionIsolation(constants.get(level));
                connection.setReadOnly(readOnly);
                connection.setAutoCommit(request % 3 == 0);
                assertEquals(levels.get(level), one(connection, "show transaction_isolation"));
                assertEquals(
                    readOnly ? "on" : "off", one(connection, "show transaction_read_only"));
                assertEquals(zone, one(connection, "show timezone"));
                assertEquals(timeout, one(connection, "show statement_timeout"));
                if (readOnly) {
                  assertFails("25006", () -> execute(connection, "insert into notes values (1)"));
                }
                if (!connection.getAutoCommit()) {
                  connection.rollback();
                }
              }
            }
          });
    }
  }

  /** Spring's {@code @Transactional(readOnly = true)}: only the transaction is read-only. */
  @Test
  void readOnlyTransactions() throws Exception {
    try (PooledDatabase database = start()) {
      execute(database.proxy(), "create table visits (n int)");
      Together.run(
          CONNECTIONS,
          number -> {
            try (Connection connection = connect(database.proxy())) {
              for (int request = 0; request < REQUESTS; request++) {
                boolean readOnly = (number + request) % 2 == 0;
                connection.setReadOnly(readOnly);
                connection.setAutoCommit(false);
                if (readOnly) {
                  assertFails("25006", () -> execute(connection, "insert into visits values (1)"));
                  connection.rollback();
                } else {
                  execute(connection, "insert into visits values (" + number + ")");
                  connection.commit();
                }
                connection.setAutoCommit(true);
                connection.setReadOnly(false);
                assertEquals("off", one(connection, "show transaction_read_only"));
              }
            }
          });
      try (Connection connection = connect(database.proxy())) {
        assertEquals(
            CONNECTIONS * REQUESTS / 2 + "", one(connection, "select count(*) from visits"));
      }
    }
  }

  /** Temporary tables of one name pin; who waits for a pinned backend gets it in the end. */
  @Test
  void temporaryTables() throws Exception {
    try (PooledDatabase database = start()) {
      Together.run(
          PooledDatabase.CLIENTS,
          number -> {
            try (Connection connection = connect(database.proxy(), PREPARED)) {
              for (int request = 0; request < 3; request++) {
                execute(
                    connection,
                    "create temporary table scratch (n int)",
                    "insert into scratch values (%d), (%d)".formatted(number, request));
                String backend = one(connection, "select pg_backend_pid()");
                assertEquals(number + request + "", one(connection, "select sum(n) from scratch"));
                assertEquals(backend, one(connection, "select pg_backend_pid()"));
                execute(connection, "drop table scratch");
                assertFails("42P01", () -> execute(connection, "select * from scratch"));
              }
            }
          });
    }
  }

  /** Each waits for the lock while it keeps no backend but the one it waits on. */
  @Test
  void sessionAdvisoryLocks() throws Exception {
    try (PooledDatabase database = start()) {
      execute(database.proxy(), "create table counter as select 0 as n");
      Together.run(
          PooledDatabase.CLIENTS,
          number -> {
            try (Connection connection = connect(database.proxy(), PREPARED)) {
              for (int request = 0; request < 3; request++) {
                while (one(connection, "select pg_try_advisory_lock(?)", 42).equals("f")) {
                  assertNotEquals("", one(connection, "select pg_sleep(0.001)::text || 'x'"));
                }
                // Not atomic: only the lock keeps others from losing this.
                int n = Integer.parseInt(one(connection, "select n from counter"));
                execute(connection, "update counter set n = " + (n + 1));
                assertEquals("t", one(connection, "select pg_advisory_unlock(?)", 42));
              }
            }
          });
      try (Connection connection = connect(database.proxy())) {
        assertEquals(PooledDatabase.CLIENTS * 3 + "", one(connection, "select n from counter"));
      }
    }
  }
}
