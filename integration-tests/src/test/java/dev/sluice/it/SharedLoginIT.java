package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database whose clients share a login also share its pool, whoever comes first. */
@ExtendWith(PostgresServers.Extension.class)
@Timeout(120)
class SharedLoginIT {
  private static final String NAME = "shared_login";

  private final PostgresServer postgres;

  SharedLoginIT(PostgresServers servers) {
    this.postgres = servers.newest();
  }

  @Test
  void theFirstClientsOwnSettingsAreNotThoseOfThePool() {
    postgres.newDatabase(NAME);
    String conf =
        SluiceConf.trusting()
            .with("pool.wait-timeout = 2s")
            .with("users { clerk { pool.size = 1 }, " + NAME + " { pool.size = 3 } }")
            .database(NAME, postgres.node(), "user = " + NAME)
            .text();
    List<WireClient> clients = new ArrayList<>();
    try (SluiceServer sluice = SluiceServer.start(conf)) {
      for (String user : List.of("clerk", "clerk", "guest")) {
        WireClient client = WireClient.login(sluice.address(), Login.of(user, NAME));
        clients.add(client);
        client.rows("begin");
        assertEquals(NAME, client.value("select current_user"));
      }
    } finally {
      clients.forEach(WireClient::close);
    }
  }
}
