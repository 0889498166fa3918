package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real psql at the console; skipped where there is none. */
@Timeout(60)
class PsqlTest {
  private final ConsoleServer server;

  PsqlTest() throws IOException {
    server = new ConsoleServer(new SampleData());
  }

  @BeforeEach
  void needsPsql() {
    String path = System.getenv().getOrDefault("PATH", "");
    assumeTrue(
        Arrays.stream(path.split(":", -1)).anyMatch(d -> Files.isExecutable(Path.of(d, "psql"))),
        "psql is not installed");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void showsATable() throws Exception {
    List<String> lines = run("-c", "SHOW POOLS");
    assertTrue(lines.getFirst().startsWith(" database | user  | cl_active | cl_waiting |"));
    assertTrue(lines.get(2).startsWith(" app      | alice |         1 |          2 |"));
    assertEquals("(2 rows)", lines.get(4));
  }

  @Test
  void showsTheColumnsAsked() throws Exception {
    assertEquals(
        List.of("100|active", "101|waiting", "102|idle"),
        run("-At", "-c", "SHOW CLIENTS id, state;"));
  }

  @Test
  void severalStatementsInATransaction() throws Exception {
    assertEquals(
        List.of("BEGIN", "Sluice 0.1.0", "1", "COMMIT"),
        run("-At", "-c", "BEGIN", "-c", "SHOW VERSION; SELECT 1", "-c", "COMMIT"));
  }

  @Test
  void anErrorIsShownWithItsHint() throws Exception {
    List<String> lines = run("-c", "FROBNICATE");
    assertEquals("ERROR:  syntax error at or near \"FROBNICATE\"", lines.getFirst());
    assertTrue(lines.get(1).startsWith("HINT:  Commands: SHOW ACTIVE_SOCKETS | "));
  }

  @Test
  void helpIsReadable() throws Exception {
    List<String> lines = run("-c", "SHOW HELP");
    assertEquals("NOTICE:  Console usage", lines.getFirst());
    assertTrue(lines.contains("\tSHOW POOLS"), lines::toString);
    assertEquals("SHOW", lines.getLast());
  }

  @Test
  void watchAsksAgainAndAgain() throws Exception {
    Process psql = start("-At");
    try (Writer input = new OutputStreamWriter(psql.getOutputStream(), StandardCharsets.UTF_8);
        BufferedReader output = psql.inputReader(StandardCharsets.UTF_8)) {
      input.write("SHOW VERSION \\watch 0.05\n");
      input.flush();
      int answers = 0;
      while (answers < 3) {
        String line = output.readLine();
        if (line == null) {
          throw new AssertionError("psql ended after " + answers + " answers");
        }
        answers += line.equals("Sluice 0.1.0") ? 1 : 0;
      }
    } finally {
      psql.destroy();
    }
  }

  private List<String> run(String... arguments) throws Exception {
    Process psql = start(arguments);
    psql.getOutputStream().close();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = psql.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(lines::add);
    }
    assertTrue(psql.waitFor(30, TimeUnit.SECONDS));
    return lines;
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("psql", "-X", "-h", "127.0.0.1", "-p", String.valueOf(server.port())));
    command.addAll(List.of("-U", "sre", "-d", "sluice"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("PGCLIENTENCODING", "UTF8");
    return builder.start();
  }
}
