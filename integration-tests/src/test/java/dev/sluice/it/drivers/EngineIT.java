package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.awaitRunning;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.Await;
import dev.sluice.it.PostgresServer;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The proxy in front of a PostgreSQL in a container, where a Docker engine answers; in front of the
 * embedded one elsewhere.
 *
 * <p>{@code -Dsluice.it.image} names the image, {@code postgres:18} by default; an empty name means
 * the embedded server. The image must listen on port 5432 and, as the official one does with {@code
 * POSTGRES_HOST_AUTH_METHOD=trust}, let superuser postgres in.
 */
@ExtendWith(StageExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineIT {

  private static final int PORT = 5432;
  private static final PoolMode MODE = PoolMode.TRANSACTION;

  /** Ends what was started here, the proxy first. */
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private final Stage stage;

  EngineIT(Stage embedded) {
    String image = System.getProperty("sluice.it.image", "postgres:18");
    if (image.isEmpty() || !DockerClientFactory.instance().isDockerAvailable()) {
      stage = embedded;
      return;
    }
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withExposedPorts(PORT)
            .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust");
    container.start();
    started.push(container);
    PostgresServer server =
        accepting(new Address(container.getHost(), container.getMappedPort(PORT)));
    System.out.printf(
        "EngineIT: PostgreSQL %d in a container of %s, at %s%n",
        server.majorVersion(), image, server.address());
    stage = Stage.on(server, server);
    started.push(stage);
  }

  /** The port is open before the server is ready, and while its first start prepares the data. */
  private static PostgresServer accepting(Address address) {
    Target target = new Target(address.host(), address.port(), "postgres", "postgres", "");
    Await.until(() -> accepts(target), () -> "no login at " + address);
    try (Connection connection = connect(target)) {
      return new PostgresServer(
          address,
          address.toString(),
          Login.of("postgres", "postgres"),
          connection.getMetaData().getDatabaseMajorVersion());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean accepts(Target target) {
    try (Connection connection = connect(target)) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable resource : started) {
      resource.close();
    }
  }

  @Test
  void preparedStatementsOfManyClients() throws Exception {
    Crowd.run(
        stage,
        MODE,
        (client, crowd) -> {
          try (Connection connection = connect(stage.proxy(MODE), "prepareThreshold=1")) {
            crowd.allConnected();
            for (int n = 0; n < 20; n++) {
              assertEquals(
                  client * 100 + n + "", one(connection, "select ?::int * 100 + ?", client, n));
            }
          }
        });
  }

  @Test
  void transactionsAndCopy() throws Exception {
    execute(stage.server(MODE.database()), "create table engine_items (client int, n int)");
    Crowd.run(
        stage,
        MODE,
        (client, crowd) -> {
          try (Connection connection = connect(stage.proxy(MODE))) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            String line = client + "\t1\n";
            connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy engine_items from stdin", new StringReader(line.repeat(100)));
            connection.commit();
            execute(connection, "delete from engine_items where client = " + client);
            assertFails("22012", () -> one(connection, "select 1 / 0"));
            connection.rollback();
            assertEquals(
                "100",
                one(connection, "select count(*) from engine_items where client = ?", client));
            connection.commit();
          }
        });
    execute(stage.server(MODE.database()), "drop table engine_items");
  }

  @Test
  void cancel() throws Exception {
    try (Connection connection = connect(stage.proxy(MODE));
        Statement statement = connection.createStatement()) {
      FutureTask<SQLException> cancelled =
          new FutureTask<>(
              () ->
                  assertFails(
                      "57014", () -> statement.execute("select pg_sleep(60) /* engine */")));
      Thread.startVirtualThread(cancelled);
      awaitRunning(stage.beside(MODE.database()), "pg_sleep(60) /* engine");
      statement.cancel();
      cancelled.get(30, TimeUnit.SECONDS);
      assertEquals("1", one(connection, "select 1"));
    }
  }
}
