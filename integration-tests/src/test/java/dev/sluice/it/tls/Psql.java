package dev.sluice.it.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Runs one statement by psql, and so by libpq. */
final class Psql {
  private Psql() {}

  /**
   * How it ended.
   *
   * @param output what it wrote, errors included
   */
  record Result(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  /**
   * @param connection a libpq connection string
   */
  static Result run(String connection, String sql) {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("psql", "-X", "-A", "-t", "-c", sql, connection))
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    // No root certificate of whoever runs the tests.
    builder.environment().put("HOME", "/nonexistent");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Result(process.waitFor(), output.strip());
    } catch (IOException e) {
      throw new UncheckedIOException("psql is missing; install postgresql-client", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
