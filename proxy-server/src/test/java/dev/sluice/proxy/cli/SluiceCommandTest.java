package dev.sluice.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.server.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SluiceCommandTest {
  private static final String VALID =
      "sluice { auth.method = trust, databases.app.nodes = [\"db1:5432\"] }\n";

  @TempDir Path folder = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(LatchServer server, String... arguments) {
    return new SluiceCommand(
            server,
            Map.of("FROM_ENVIRONMENT", "app"),
            running -> running.drain(),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .execute(arguments);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("sluice.conf"), text).toString();
  }

  @Test
  void checkAcceptsAValidFile() throws IOException {
    String file = file(VALID);
    assertEquals(0, run(new LatchServer(true, true), "check", "-c", file, "--offline"));
    assertEquals(file + ": ok (1 database)" + System.lineSeparator(), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void checkAcceptsWhatThisVersionCannotServeAndSaysSo() throws IOException {
    String file =
        file(
            "sluice { auth.method = trust, databases.\"*\".nodes = [\"a:1\"], routing.reads = off,"
                + " http {} }");
    assertEquals(0, run(new LatchServer(true, true), "check", "--config", file));
    assertTrue(
        out.toString()
            .contains(
                "ok (0 databases and any other; serve of this version refuses 2 of its keys)"),
        out::toString);
  }

  @Test
  void checkPrintsAllProblemsOneALine() throws IOException {
    String file = file("sluice {\n  clint {}\n  auth.method = trust\n  drain-timeout = 5\n}\n");
    assertEquals(3, run(new LatchServer(true, true), "check", "-c", file));
    assertEquals(
        file
            + ":2: clint: unknown key; the nearest known key is client"
            + System.lineSeparator()
            + file
            + ":4: drain-timeout: 5 has no unit; valid is a duration such as 500ms, 60s, 10m or 1h"
            + System.lineSeparator()
            + file
            + ": databases: no database is given; name one, or \"*\" for any"
            + System.lineSeparator(),
        sorted(err.toString()));
    assertEquals("", out.toString());
  }

  /**
   * The problem of the whole file comes first when it prints; put last here to read like the file.
   */
  private static String sorted(String lines) {
    return lines
        .lines()
        .sorted((a, b) -> Boolean.compare(a.contains("databases"), b.contains("databases")))
        .map(line -> line + System.lineSeparator())
        .reduce("", String::concat);
  }

  @Test
  void checkReportsWhatOnlyTheServersPartsCanRead() throws IOException {
    assertEquals(3, run(new LatchServer(true, false), "check", "-c", file(VALID)));
    assertEquals("users.txt:3: no secret; give one" + System.lineSeparator(), err.toString());
  }

  @Test
  void serveServesUntilItIsDrained() throws IOException {
    LatchServer server = new LatchServer(true, true);
    assertEquals(0, run(server, "serve", "-c", file(VALID)));
    assertTrue(err.toString().contains("ready, says the server"), err::toString);
    assertTrue(server.isDrained());
  }

  @Test
  void serveTakesValuesFromTheEnvironment() throws IOException {
    String file =
        file(
            "sluice { auth.method = trust, databases.a { nodes = [x], dbname = ${FROM_ENVIRONMENT}"
                + " } }");
    assertEquals(0, run(new LatchServer(true, true), "serve", "-c", file));
  }

  @Test
  void serveFailsWhenTheServerCannotStart() throws IOException {
    assertEquals(1, run(new LatchServer(false, true), "serve", "-c", file(VALID)));
    assertEquals("sluice: port 6432 is in use" + System.lineSeparator(), err.toString());
  }

  @Test
  void serveRefusesWhatIsNotThereYet() throws IOException {
    String file = file(VALID + "sluice {\n  log.slow-query = 1s\n}\n");
    LatchServer server = new LatchServer(true, true);
    assertEquals(3, run(server, "serve", "-c", file));
    assertEquals(
        file
            + ":3: log.slow-query: not available in this version (the log of slow queries);"
            + " remove it or set it to its default, 0s"
            + System.lineSeparator(),
        err.toString());
    assertFalse(server.isDrained());
  }

  @Test
  void serveDoesNotStartWithAnInvalidFile() {
    LatchServer server = new LatchServer(true, true);
    assertEquals(3, run(server, "serve", "-c", folder.resolve("none.conf").toString()));
    assertTrue(err.toString().contains("none.conf: does not exist"), err::toString);
    assertFalse(server.isDrained());
  }

  @Test
  void aWrongCommandLineIsItsOwnExitCode() {
    assertEquals(2, run(new LatchServer(true, true)));
    assertEquals(2, run(new LatchServer(true, true), "serve"));
    assertEquals(2, run(new LatchServer(true, true), "check", "-c"));
    assertEquals(2, run(new LatchServer(true, true), "surf", "-c", "x"));
    assertEquals("", out.toString());
  }

  @Test
  void helpListsTheCommandsAndExitCodes() {
    assertEquals(0, run(new LatchServer(true, true), "--help"));
    String help = out.toString();
    for (String expected : new String[] {"serve", "check", "Exit codes:", "3   ", "--version"}) {
      assertTrue(help.contains(expected), help);
    }
    assertEquals(0, run(new LatchServer(true, true), "serve", "--help"));
  }

  @Test
  void versionIsThatOfTheBuild() {
    assertEquals(0, run(new LatchServer(true, true), "--version"));
    assertEquals("sluice " + Version.current() + System.lineSeparator(), out.toString());
    assertTrue(Version.current().matches("\\d+\\.\\d+\\.\\d+.*"), Version::current);
  }
}
