package dev.sluice.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Sluice in front of a PostgreSQL, both from nothing: a database {@code demo} that user {@code
 * demo} owns, and a pool that is smaller than the number of clients one would try.
 */
record Demo(EmbeddedPostgres postgres, SluiceProcess sluice, int port, Path configuration) {
  static final String NAME = "demo";
  static final int POOL_SIZE = 5;

  /** Starts both; the cleanup knows each part as soon as it is there. */
  static Demo start(Path launcher, int port, Cleanup cleanup)
      throws IOException, InterruptedException, SQLException {
    requireFree(port);
    EmbeddedPostgres postgres =
        cleanup.add(
            EmbeddedPostgres.builder()
                .withoutDurability()
                .withoutShutdownHook()
                .superuser("postgres", "postgres")
                .authentication("scram-sha-256")
                .prepare());
    postgres.start();
    createDatabase(postgres);
    Path directory = Files.createTempDirectory("sluice-quickstart-");
    cleanup.add(() -> FileTree.delete(directory));
    Path configuration = writeConfiguration(directory, port, postgres);
    SluiceProcess sluice = cleanup.add(SluiceProcess.start(launcher, configuration, port));
    return new Demo(postgres, sluice, port, configuration);
  }

  /** A pgjdbc URL through Sluice. */
  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=demo&password=demo".formatted(port, database);
  }

  /** A URI that every libpq client understands, through Sluice. */
  String libpqUri(String database) {
    return "postgresql://demo:demo@127.0.0.1:%d/%s".formatted(port, database);
  }

  private static void requireFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "port " + port + " is in use: choose another one with --port", e);
    }
  }

  private static void createDatabase(EmbeddedPostgres postgres) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE demo LOGIN PASSWORD 'demo'");
      statement.execute("CREATE DATABASE demo OWNER demo");
    }
  }

  private static Path writeConfiguration(Path directory, int port, EmbeddedPostgres postgres)
      throws IOException {
    Files.writeString(directory.resolve("users.txt"), "\"demo\" \"demo\"\n");
    return Files.writeString(
        directory.resolve("sluice.conf"),
        """
        sluice {
          listen = [ { host = "127.0.0.1", port = %d } ]
          drain-timeout = 2s
          auth { method = scram-sha-256, users-file = "users.txt" }
          admin { users = [ "demo" ] }
          pool { mode = transaction, size = %d }
          databases {
            demo { nodes = [ "%s:%d" ] }
          }
        }
        """
            .formatted(port, POOL_SIZE, postgres.host(), postgres.port()));
  }
}
