package dev.sluice.it.drivers;

import java.io.IOException;

/** The drivers' scripts in {@code integration-tests/drivers}. */
enum Script {
  PSQL("tools", "drive_psql.sh", 55),
  PG_DUMP("tools", "drive_pg_dump.sh", 12),
  NODE_POSTGRES("node", "drive_pg.mjs", 1500),
  POSTGRES_JS("node", "drive_postgres.mjs", 2000),
  PSYCOPG_3("python", "drive_psycopg3.py", 1800),
  PSYCOPG_2("python", "drive_psycopg2.py", 400),
  ASYNCPG("python", "drive_asyncpg.py", 800);

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
    return new ScriptFile(language, file, leastChecks).run(Tool.environment(target, poolMode));
  }
}
