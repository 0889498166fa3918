package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that is a Unix socket. */
class UnixSocketNodeIT {

  @Test
  void queriesAndCancels() {
    try (EmbeddedPostgres server = PostgresServers.builder(PostgresServers.NEWEST).start()) {
      String node = "unix:" + server.socketDirectory() + "/.s.PGSQL." + server.port();
      SluiceConf conf = SluiceConf.trusting().database("postgres", node, "pool { size = 1 }");
      try (SluiceServer sluice = SluiceServer.start(conf.text());
          WireClient client = WireClient.login(sluice.address(), Login.of("postgres", "postgres"));
          WireClient other = WireClient.login(sluice.address(), Login.of("postgres", "postgres"))) {
        assertEquals("NULL", client.value("select inet_client_addr()"));
        assertEquals("2", other.value("select 1 + 1"));
        client.send(FrontendMessage.query("select pg_sleep(60)"));
        try (WireClient admin =
            WireClient.login(
                dev.sluice.it.wire.Address.local(server.port()),
                Login.of("postgres", "postgres"))) {
          Await.until(
              () ->
                  admin
                      .value("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")
                      .equals("1"),
              () -> "the query does not run");
        }
        client.cancel();
        assertEquals("57014", Answers.error(client.readUntil('Z')).sqlState());
        assertEquals(List.of(List.of("1")), client.rows("select 1"));
      }
    }
  }
}
