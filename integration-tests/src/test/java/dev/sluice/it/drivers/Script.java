package dev.sluice.it.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scripts in {@code integration-tests/drivers}; each prints how many checks it made. */
enum Script {
  PSQL("tools", "drive_psql.sh", 55),
  PG_DUMP("tools", "drive_pg_dump.sh", 12),
  NODE_POSTGRES("node", "drive_pg.mjs", 1500),
  POSTGRES_JS("node", "drive_postgres.mjs", 2000),
  PSYCOPG_3("python", "drive_psycopg3.py", 1800),
  PSYCOPG_2("python", "drive_psycopg2.py", 400),
  ASYNCPG("python", "drive_asyncpg.py", 800);

  private static final Path DRIVERS = Path.of("drivers").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern CHECKS = Pattern.compile("(?m)^checks: (\\d+)$");

  private final String language;
  private final String file;
  private final int leastChecks;

  Script(String language, String file, int leastChecks) {
    this.language = language;
    this.file = file;
    this.leastChecks = leastChecks;
  }

  /**
   * Runs it.
   *
   * @return the number of checks, all of them passed
   */
  int run(Target target, String poolMode) throws IOException, InterruptedException {
    Path directory = DRIVERS.resolve(language);
    Tool.Result result =
        interpreter(directory)
            .run(directory, Tool.environment(target, poolMode), LIMIT, List.of(file))
            .assertSucceeded();
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

  /** The packages are installed from the lock file when they are missing. */
  private static Tool node(Path directory) throws IOException, InterruptedException {
    Tool node = Tool.require("node", "apt-get install nodejs npm (20 or newer)");
    if (!Files.exists(directory.resolve("node_modules/.package-lock.json"))) {
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

  /** Debian's interpreter, for which the drivers are packaged; another one by system property. */
  private static Tool python(Path directory) throws IOException, InterruptedException {
    Tool python = new Tool(Path.of(System.getProperty("sluice.it.python", "/usr/bin/python3")));
    Tool.Result imported =
        python.run(directory, Map.of(), LIMIT, List.of("-c", "import psycopg, psycopg2, asyncpg"));
    if (imported.exitCode() != 0) {
      throw new AssertionError(
          "to install the drivers:"
              + " apt-get install python3-psycopg python3-psycopg2 python3-asyncpg\n"
              + imported);
    }
    return python;
  }
}
