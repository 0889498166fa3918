package dev.sluice.it.frameworks;

import static dev.sluice.it.drivers.Jdbc.column;
import static dev.sluice.it.drivers.Jdbc.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.it.Await;
import dev.sluice.it.PostgresServer;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.drivers.BackendWatch;
import dev.sluice.it.drivers.Target;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * An empty database behind a proxy in transaction mode, with fewer backends than the application
 * has connections. Closing it also checks what the application left: nobody holds a backend, there
 * never were more than allowed, and new clients find nothing in any of them.
 *
 * <p>{@code -Dsluice.it.frameworks.pool} replaces the pool's settings, e.g. by {@code mode =
 * session, size = 80}; with {@code -Dsluice.it.external} and {@code -Dsluice.it.postgres} as one
 * address the applications run on PostgreSQL alone.
 */
final class PooledDatabase implements AutoCloseable {

  /** Backends of the pool. */
  static final int BACKENDS = 5;

  /** Connections of an application. */
  static final int CLIENTS = 20;

  private static final String TRANSACTION_MODE = "mode = transaction, size = " + BACKENDS;
  private static final String POOL =
      System.getProperty("sluice.it.frameworks.pool", TRANSACTION_MODE);

  /**
   * Whatever a session can hold that the next client must not find, except prepared statements. The
   * settings of PL/pgSQL are there from its first use on.
   */
  private static final String STATE =
      """
      select name || ' = ' || setting from pg_settings where name not like 'plpgsql.%'
      union all select 'app.tenant = ' || coalesce(current_setting('app.tenant', true), '')
      union all select 'listens for ' || channel from pg_listening_channels() channel
      union all select 'cursor ' || name from pg_cursors
      union all select 'advisory lock ' || objid from pg_locks
        where locktype = 'advisory' and pid = pg_backend_pid()
      union all select 'temporary ' || relname from pg_class
        where relnamespace = pg_my_temp_schema()
      order by 1
      """;

  private final PostgresServer postgres;
  private final Login login;
  private final SluiceServer sluice;
  private final BackendWatch watch;

  private PooledDatabase(PostgresServer postgres, Login login, SluiceServer sluice)
      throws InterruptedException {
    this.postgres = postgres;
    this.login = login;
    this.sluice = sluice;
    watch = BackendWatch.on(proxy(), server());
  }

  /**
   * Makes the database anew and starts the proxy.
   *
   * @param name of the database and of the role that owns it, who is no superuser
   */
  static PooledDatabase start(PostgresServer postgres, String name) throws InterruptedException {
    Login login = postgres.newDatabase(name);
    SluiceConf conf =
        SluiceConf.trusting().database(name, postgres.node(), "pool { " + POOL + " }");
    return new PooledDatabase(postgres, login, SluiceServer.start(conf.text()));
  }

  /** Through the proxy, as the database's owner. */
  Target proxy() {
    return target(sluice.address(), login.user());
  }

  /** Past the proxy, as superuser. */
  Target server() {
    return target(postgres.address(), postgres.superuser().user());
  }

  /** Past the proxy, as the clients are. */
  private Target direct() {
    return target(postgres.address(), login.user());
  }

  private Target target(Address address, String user) {
    return new Target(address.host(), address.port(), login.user(), user, "");
  }

  /** A pool of the application's own, through the proxy. */
  HikariDataSource dataSource(int size, String... options) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(proxy().jdbcUrl(options));
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(60_000);
    return new HikariDataSource(config);
  }

  /** Returns once no client is pinned to a backend, nor waits for one. */
  void awaitNoPins() {
    if (!console()) {
      return;
    }
    try (WireClient console = WireClient.login(sluice.address(), SluiceConf.OPERATOR)) {
      Await.until(
          () -> console.rows("show pins").isEmpty(),
          () -> "pinned still: " + console.rows("show pins"));
    }
  }

  /** Who is pinned, and why: rows of SHOW PINS. */
  List<List<String>> pins() {
    try (WireClient console = WireClient.login(sluice.address(), SluiceConf.OPERATOR)) {
      return console.rows("show pins");
    }
  }

  /** Whether what runs is the proxy in transaction mode, which has a console with its pins. */
  boolean console() {
    return POOL.equals(TRANSACTION_MODE) && System.getProperty("sluice.it.external", "").isEmpty();
  }

  @Override
  public void close() {
    try {
      awaitNoPins();
      // Before there are connections of the same user past the proxy.
      if (console()) {
        watch.assertNeverMoreThan(BACKENDS);
      }
      assertNothingIsLeft();
    } catch (SQLException | ExecutionException e) {
      throw new IllegalStateException("looking into the backends", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("looking into the backends", e);
    } finally {
      sluice.close();
    }
  }

  /** Looks into all backends at once, each held by a client that has set nothing. */
  private void assertNothingIsLeft() throws SQLException {
    List<Connection> clients = new ArrayList<>();
    List<List<String>> states = new ArrayList<>();
    try {
      for (int i = 0; i < BACKENDS; i++) {
        Connection client = connect(proxy());
        clients.add(client);
        client.setAutoCommit(false);
        states.add(column(client, STATE));
      }
    } finally {
      for (Connection client : clients) {
        client.close();
      }
    }
    List<String> expected;
    try (Connection alone = connect(direct())) {
      alone.setAutoCommit(false);
      expected = column(alone, STATE);
    }
    for (List<String> state : states) {
      List<String> found = new ArrayList<>(state);
      found.removeAll(expected);
      assertEquals(List.of(), found, "found in a backend by a new client");
    }
  }
}
