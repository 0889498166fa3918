package dev.sluice.it.drivers;

import dev.sluice.it.PostgresServer;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.wire.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL with the proxy in front of it, started once for all driver tests. Clients log in with
 * SCRAM, as a superuser, so that they may look into pg_stat_activity.
 *
 * <p>With {@code -Dsluice.it.external=host:port}, and {@code -Dsluice.it.postgres=host:port} for
 * the server behind it, the tests run against another pooler that has the same databases, or, if
 * both are the same, against PostgreSQL itself.
 */
final class Stage implements AutoCloseable {

  /** pgbench's database: transaction mode, {@link #PGBENCH_POOL_SIZE} backends. */
  static final String PGBENCH = "drivers_pgbench";

  /** pg_dump's database: session mode, on the oldest version, since pg_dump refuses newer ones. */
  static final String DUMP = "drivers_dump";

  static final int PGBENCH_POOL_SIZE = 10;

  /** Who the clients are; the tests' own connections past the proxy are the superuser's. */
  static final String USER = "app";

  private static final String PASSWORD = "secret";

  private final Map<String, PostgresServer> servers;
  private final SluiceServer sluice;

  private Stage(Map<String, PostgresServer> servers, SluiceServer sluice) {
    this.servers = servers;
    this.sluice = sluice;
  }

  static Stage open(PostgresServers versions) {
    return on(versions.newest(), versions.version(PostgresServers.OLDEST));
  }

  /**
   * In front of these servers.
   *
   * @param oldest has pg_dump's database; may be the same
   */
  static Stage on(PostgresServer newest, PostgresServer oldest) {
    Map<String, PostgresServer> servers = new LinkedHashMap<>();
    servers.put(PoolMode.TRANSACTION.database(), newest);
    servers.put(PoolMode.SESSION.database(), newest);
    servers.put(PGBENCH, newest);
    servers.put(DUMP, oldest);
    servers.forEach((database, server) -> create(server, database));
    return new Stage(servers, SluiceServer.start(configuration(servers)));
  }

  private static String configuration(Map<String, PostgresServer> servers) {
    SluiceConf conf =
        new SluiceConf(
            List.of(
                "auth { method = scram-sha-256, users-file = \"" + usersFile() + "\" }",
                "pool { size = " + PoolMode.POOL_SIZE + " }"),
            List.of());
    for (Map.Entry<String, PostgresServer> database : servers.entrySet()) {
      conf =
          conf.database(
              database.getKey(), database.getValue().node(), poolSettings(database.getKey()));
    }
    return conf.text();
  }

  private static String poolSettings(String database) {
    if (database.equals(PGBENCH)) {
      return "pool { mode = transaction, size = " + PGBENCH_POOL_SIZE + " }";
    }
    return database.equals(PoolMode.TRANSACTION.database())
        ? "pool { mode = transaction }"
        : "pool { mode = session }";
  }

  private static Path usersFile() {
    try {
      Path file = Files.createTempFile("sluice-drivers", ".users");
      file.toFile().deleteOnExit();
      return Files.writeString(file, "\"%s\" \"%s\"%n".formatted(USER, PASSWORD));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void create(PostgresServer server, String database) {
    try (Connection connection = Jdbc.connect(superuser(server, "postgres"))) {
      if (Jdbc.column(connection, "select 1 from pg_roles where rolname = ?", USER).isEmpty()) {
        Jdbc.execute(
            connection, "create role %s superuser login password '%s'".formatted(USER, PASSWORD));
      }
      if (Jdbc.column(connection, "select 1 from pg_database where datname = ?", database)
          .isEmpty()) {
        Jdbc.execute(connection, "create database " + database);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("making database " + database, e);
    }
  }

  /** Through the proxy, in a pool of {@link PoolMode#POOL_SIZE}. */
  Target proxy(PoolMode mode) {
    return proxy(mode.database());
  }

  /** Through the proxy, to one of its databases. */
  Target proxy(String database) {
    return target(sluice.address(), database, USER, PASSWORD);
  }

  /** Past the proxy, to the server that has this database, as its superuser. */
  Target server(String database) {
    PostgresServer server = servers.get(database);
    if (server == null) {
      throw new IllegalArgumentException("no such database: " + database);
    }
    return superuser(server, database);
  }

  private static Target superuser(PostgresServer server, String database) {
    return target(server.address(), database, server.superuser().user(), "");
  }

  /** Past the proxy, to database postgres beside this one. */
  Target beside(String database) {
    return server(database).withDatabase("postgres");
  }

  private static Target target(Address address, String database, String user, String password) {
    return new Target(address.host(), address.port(), database, user, password);
  }

  @Override
  public void close() {
    sluice.close();
  }
}
