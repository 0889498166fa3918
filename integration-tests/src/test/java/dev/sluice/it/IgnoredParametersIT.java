package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code session.ignore-startup-parameters}: for clients that send what PostgreSQL refuses. */
@ExtendWith(PostgresServers.Extension.class)
@Timeout(120)
class IgnoredParametersIT {
  private static final String NAME = "ignored_parameters";

  private final PostgresServer postgres;

  IgnoredParametersIT(PostgresServers servers) {
    this.postgres = servers.newest();
  }

  @Test
  void onlyTheParametersThatAreNamedAreNotPassedOn() {
    Login login = postgres.newDatabase(NAME);
    SluiceConf conf =
        SluiceConf.trusting()
            .database(
                NAME,
                postgres.node(),
                "session.ignore-startup-parameters = [no_such_parameter, Work_Mem]");
    try (SluiceServer sluice = SluiceServer.start(conf.text())) {
      Login asks = login.with("no_such_parameter", "1").with("work_mem", "3MB");
      try (WireClient client = WireClient.login(sluice.address(), asks.with("geqo", "off"))) {
        assertEquals("4MB", client.value("show work_mem"));
        assertEquals("off", client.value("show geqo"));
      }
      try (WireClient client = WireClient.open(sluice.address())) {
        assertTrue(
            client.tryLogin(login.with("another_parameter", "1")).stream()
                .anyMatch(
                    message ->
                        message instanceof ErrorResponse error
                            && error.sqlState().equals("42704")));
      }
    }
  }
}
