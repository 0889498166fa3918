package dev.sluice.it.frameworks;

import dev.sluice.it.PostgresServers;
import dev.sluice.it.drivers.ScriptFile;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frameworks that are not written in Java, by scripts of their own language. */
@ExtendWith(PostgresServers.Extension.class)
class FrameworkScriptsIT {

  private final PostgresServers servers;

  FrameworkScriptsIT(PostgresServers servers) {
    this.servers = servers;
  }

  @ParameterizedTest
  @CsvSource({
    "python, drive_django.py, 1500",
    "python, drive_sqlalchemy.py, 2500",
    "node, drive_knex.mjs, 1200",
    "node, drive_graphile_worker.mjs, 160"
  })
  void script(String language, String file, int leastChecks) throws Exception {
    try (PooledDatabase database =
        PooledDatabase.start(servers.newest(), "frameworks_" + language)) {
      Map<String, String> environment = new HashMap<>(database.proxy().libpqEnvironment());
      environment.put("SLUICE_CLIENTS", Integer.toString(PooledDatabase.CLIENTS));
      new ScriptFile(language, file, leastChecks).run(environment);
    }
  }
}
