package dev.sluice.it.tls;

import dev.sluice.it.PostgresServers;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A PostgreSQL server that has TLS. */
final class TlsPostgres implements AutoCloseable {
  /** May log in only without TLS. */
  static final String PLAIN_ONLY = "plain_only";

  /** May log in only with TLS. */
  static final String TLS_ONLY = "tls_only";

  /** Must show a certificate, of any name. */
  static final String CERTIFIED = "certified";

  /** Has a password, and is asked for it by SCRAM. */
  static final String SCRAM = "scram";

  static final String PASSWORD = "pencil";

  private final EmbeddedPostgres server;

  private TlsPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /**
   * @param ca whose signature on a client's certificate counts
   */
  static TlsPostgres start(Certificates.Pair own, Path ca) {
    EmbeddedPostgres server =
        PostgresServers.builder(PostgresServers.NEWEST)
            .setting("ssl", "on")
            .setting("ssl_cert_file", "server.crt")
            .setting("ssl_key_file", "server.key")
            .setting("ssl_ca_file", "ca.crt")
            .hba(
                "hostssl all " + PLAIN_ONLY + " all reject",
                "hostnossl all " + TLS_ONLY + " all reject",
                "hostssl all " + CERTIFIED + " all trust clientcert=verify-ca",
                "host all " + CERTIFIED + " all reject",
                "host all " + SCRAM + " all scram-sha-256")
            .prepare();
    put(own.certificate(), server.dataDirectory().resolve("server.crt"));
    put(own.key(), server.dataDirectory().resolve("server.key"));
    put(ca, server.dataDirectory().resolve("ca.crt"));
    try {
      server.start();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    TlsPostgres started = new TlsPostgres(server);
    started.makeRoles();
    return started;
  }

  private void makeRoles() {
    String sql =
        """
        create role %s login; create role %s login; create role %s login;
        create role %s login password '%s'
        """
            .formatted(PLAIN_ONLY, TLS_ONLY, CERTIFIED, SCRAM, PASSWORD);
    Psql.Result made =
        Psql.run(
            "host=%s port=%d user=postgres dbname=postgres sslmode=disable"
                .formatted(server.host(), server.port()),
            sql);
    if (!made.succeeded()) {
      throw new AssertionError(made.toString());
    }
  }

  /** A copy that belongs to whoever runs the server, and that nobody else may read. */
  private static void put(Path from, Path to) {
    try {
      Files.copy(from, to);
      Files.setOwner(to, Files.getOwner(to.getParent()));
      Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.port();
  }

  /** As a node whose host is a name. */
  String byName() {
    return "localhost:" + port();
  }

  /** As a node whose host is an address. */
  String byAddress() {
    return "127.0.0.1:" + port();
  }

  Path socket() {
    return server.socketDirectory().resolve(".s.PGSQL." + port());
  }

  String log() {
    return server.log();
  }

  @Override
  public void close() {
    server.close();
  }
}
