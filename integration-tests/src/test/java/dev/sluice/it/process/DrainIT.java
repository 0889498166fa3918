package dev.sluice.it.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.it.PostgresServer;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signal ends the process: what runs may finish, then it exits with 0. */
@ExtendWith(PostgresServers.Extension.class)
@Timeout(120)
class DrainIT {
  private static final String NAME = "drained";

  private final PostgresServer postgres;
  private Login login = Login.of(NAME, NAME);

  @TempDir Path folder = Path.of("");

  DrainIT(PostgresServers servers) {
    this.postgres = servers.newest();
  }

  @BeforeEach
  void database() {
    login = postgres.newDatabase(NAME);
  }

  private ServingProcess serve(String settings) throws IOException {
    String text =
        SluiceConf.trusting()
            .with("listen = [{ host = \"127.0.0.1\", port = 0 }]")
            .with("admin { users = [" + NAME + "] }")
            .with(settings)
            .database(NAME, postgres.node(), "")
            .text();
    return ServingProcess.start(Files.writeString(folder.resolve("sluice.conf"), text));
  }

  private static void assertToldToGo(WireClient client) {
    List<BackendMessage> last = client.readUntil(message -> message instanceof ErrorResponse);
    ErrorResponse error = assertInstanceOf(ErrorResponse.class, last.getLast(), last::toString);
    assertEquals("FATAL 57P01", error.severity() + " " + error.sqlState(), last::toString);
    assertInstanceOf(BackendMessage.Closed.class, client.read());
  }

  private static boolean refuses(Address address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTransactionFinishesAndThenTheProcessExitsWithZero(boolean ctrlC) throws Exception {
    try (ServingProcess sluice = serve("drain-timeout = 60s");
        WireClient idle = WireClient.login(sluice.address(), login);
        WireClient console = WireClient.login(sluice.address(), login.withDatabase("sluice"));
        WireClient busy = WireClient.login(sluice.address(), login)) {
      idle.rows("select 1");
      console.rows("show version");
      busy.rows("create table kept (n int)");
      busy.rows("begin");
      busy.rows("insert into kept values (1)");
      if (ctrlC) {
        sluice.interrupt();
      } else {
        sluice.terminate();
      }
      assertToldToGo(idle);
      assertToldToGo(console);
      Await.until(() -> refuses(sluice.address()), () -> "new connections are still accepted");
      assertTrue(sluice.isAlive());
      busy.rows("insert into kept values (2)");
      assertEquals(List.of(), busy.rows("commit"));
      assertToldToGo(busy);
      assertEquals(0, sluice.exitCode(), () -> sluice.lines().toString());
    }
    try (WireClient admin = postgres.admin(NAME)) {
      assertEquals("2", admin.value("select count(*) from kept"));
    }
  }

  @Test
  void aClientThatKeepsItsBackendGoesBetweenTransactions() throws Exception {
    try (ServingProcess sluice = serve("drain-timeout = 60s, pool.mode = session");
        WireClient idle = WireClient.login(sluice.address(), login);
        WireClient busy = WireClient.login(sluice.address(), login)) {
      idle.rows("select 1");
      busy.rows("begin");
      sluice.terminate();
      assertToldToGo(idle);
      busy.rows("commit");
      assertToldToGo(busy);
      assertEquals(0, sluice.exitCode(), () -> sluice.lines().toString());
    }
  }

  @Test
  void whatHasNotFinishedInTimeIsCancelledAndTold() throws Exception {
    try (ServingProcess sluice = serve("drain-timeout = 300ms");
        WireClient open = WireClient.login(sluice.address(), login);
        WireClient busy = WireClient.login(sluice.address(), login)) {
      open.rows("begin");
      busy.send(FrontendMessage.query("select pg_sleep(600)"));
      try (WireClient admin = postgres.admin(NAME)) {
        Await.until(() -> "1".equals(admin.value(SLEEPING)), () -> "the query does not run");
        sluice.terminate();
        assertToldToGo(open);
        assertToldToGo(busy);
        assertEquals(0, sluice.exitCode(), () -> sluice.lines().toString());
        Await.until(() -> "0".equals(admin.value(SLEEPING)), () -> "the query runs on");
      }
    }
  }

  private static final String SLEEPING =
      "select count(*) from pg_stat_activity"
          + " where state = 'active' and query = 'select pg_sleep(600)'";

  @Test
  void whoHasNotLoggedInIsNotWaitedFor() throws Exception {
    try (ServingProcess sluice = serve("drain-timeout = 60s");
        WireClient silent = WireClient.open(sluice.address())) {
      sluice.terminate();
      assertEquals(0, sluice.exitCode(), () -> sluice.lines().toString());
      assertInstanceOf(BackendMessage.Closed.class, silent.read());
      assertThrows(UncheckedIOException.class, () -> WireClient.open(sluice.address()).close());
    }
  }
}
