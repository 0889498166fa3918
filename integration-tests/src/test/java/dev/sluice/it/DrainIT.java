package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SIGTERM: what runs may finish, nothing new begins. */
@ExtendWith(PostgresServers.Extension.class)
class DrainIT {
  private final PostgresServer postgres;

  DrainIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private SluiceProcess start(Login login, String setting) {
    return SluiceProcess.start(
        SluiceConf.trusting()
            .with(setting)
            .database(login.database().orElseThrow(), postgres.node(), "")
            .text());
  }

  @Test
  void aTransactionFinishes() {
    Login login = postgres.newDatabase("drain_it");
    try (SluiceProcess sluice = start(login, "drain-timeout = 20s")) {
      WireClient busy = WireClient.login(sluice.address(), login);
      WireClient idle = WireClient.login(sluice.address(), login);
      busy.rows("create table t (a int); begin; insert into t values (1)");
      sluice.terminate();
      List<BackendMessage> end = idle.readUntil(message -> false);
      assertEquals("57P01", Answers.error(end).sqlState());
      assertEquals("FATAL", Answers.error(end).severity());
      Await.until(() -> refuses(sluice, login), () -> "new clients are still taken");
      assertEquals("1", busy.value("select count(*) from t"));
      assertEquals(List.of("COMMIT"), Answers.commands(busy.simple("commit")));
      assertEquals(new Closed(), busy.readUntil(message -> false).getLast());
      assertEquals(0, sluice.awaitExit());
    }
    try (WireClient admin = postgres.admin("drain_it")) {
      assertEquals("1", admin.value("select count(*) from t"));
    }
  }

  @Test
  void whatIsLeftIsCutAfterAWhile() {
    Login login = postgres.newDatabase("drain_it");
    try (SluiceProcess sluice = start(login, "drain-timeout = 500ms")) {
      WireClient busy = WireClient.login(sluice.address(), login);
      busy.rows("begin");
      sluice.terminate();
      List<BackendMessage> end = busy.readUntil(message -> false);
      assertEquals(new Closed(), end.getLast());
      assertTrue(Answers.errors(end).stream().allMatch(e -> e.sqlState().equals("57P01")));
      sluice.awaitExit();
    }
  }

  private static boolean refuses(SluiceProcess sluice, Login login) {
    try (WireClient late = WireClient.open(sluice.address())) {
      return late.tryLogin(login).getLast() instanceof Closed;
    } catch (UncheckedIOException e) {
      return true;
    }
  }
}
