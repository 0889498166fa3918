package dev.sluice.it.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script in {@code integration-tests/drivers}; it prints how many checks it made.
 *
 * @param language the folder: tools, node or python
 * @param leastChecks with fewer it did not do its work
 */
public record ScriptFile(String language, String file, int leastChecks) {

  private static final Path DRIVERS = Path.of("drivers").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern CHECKS = Pattern.compile("(?m)^checks: (\\d+)$");

  /**
   * Runs it.
   *
   * @param environment where to connect and what to do, for {@code checks.py} and its like
   * @return the number of checks, all of them passed
   */
  public int run(Map<String, String> environment) throws IOException, InterruptedException {
    Path directory = DRIVERS.resolve(language);
    Tool.Result result =
        interpreter(directory).run(directory, environment, LIMIT, List.of(file)).assertSucceeded();
    Matcher checks = CHECKS.matcher(result.output());
    if (!checks.find() || Integer.parseInt(checks.group(1)) < leastChecks) {
      throw new AssertionError("fewer than " + leastChecks + " checks: " + result);
    }
    return Integer.parseInt(checks.group(1));
  }

  private Tool interpreter(Path directory) throws IOException, InterruptedException {
    return switch (language) {
      case "tools" -> shell();
      case "node" -> node(directory);
      case "python" -> python(directory);
      default -> throw new IllegalStateException(language);
    };
  }

  private static Tool shell() {
    Tool.require("psql", "apt-get install postgresql-client");
    Tool.require("pg_dump", "apt-get install postgresql-client");
    return Tool.require("bash", "apt-get install bash");
  }

  /** The packages are installed from the lock file when they are missing or of another one. */
  private static Tool node(Path directory) throws IOException, InterruptedException {
    Tool node = Tool.require("node", "apt-get install nodejs npm (20 or newer)");
    Path installed = directory.resolve("node_modules/.package-lock.json");
    Path wanted = directory.resolve("package-lock.json");
    if (!Files.exists(installed)
        || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
      Tool.require("npm", "apt-get install npm")
          .run(
              directory,
              Map.of(),
              LIMIT,
              List.of("ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"))
          .assertSucceeded();
    }
    return node;
  }

  /** Debian's interpreter, for which the packages are made; another one by system property. */
  private static Tool python(Path directory) throws IOException, InterruptedException {
    Tool python = new Tool(Path.of(System.getProperty("sluice.it.python", "/usr/bin/python3")));
    Tool.Result imported =
        python.run(
            directory,
            Map.of(),
            LIMIT,
            List.of("-c", "import psycopg, psycopg2, asyncpg, django, sqlalchemy, greenlet"));
    if (imported.exitCode() != 0) {
      throw new AssertionError(
          "to install the packages: apt-get install python3-psycopg python3-psycopg2"
              + " python3-asyncpg python3-django python3-sqlalchemy python3-greenlet\n"
              + imported);
    }
    return python;
  }
}
