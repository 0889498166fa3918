package dev.sluice.it.differential;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.time.Duration;
import java.time.Instant;

/** Sees, on a connection straight to PostgreSQL, when a statement has reached its pg_sleep. */
final class SleepWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final WireClient client;

  SleepWatch(Address postgres, Login superuser) {
    client = WireClient.login(postgres, superuser);
  }

  /** Returns when a backend waits in pg_sleep within a statement that contains {@code text}. */
  void awaitSleeping(String text) {
    String sql =
        """
        select count(*) from pg_stat_activity
        where wait_event = 'PgSleep' and position('%s' in query) > 0
        and pid <> pg_backend_pid()
        """
            .formatted(text.replace("'", "''"));
    Instant end = Instant.now().plus(PATIENCE);
    while (client.value(sql).equals("0")) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("no backend sleeps in a statement with " + text);
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
