package dev.sluice.it.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.it.PostgresServers;
import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.Closed;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.Pace;
import dev.sluice.it.wire.WireClient;
import dev.sluice.it.wire.WriteSizes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The fault proxy does what tests ask of it; without the proxy under test. */
@ExtendWith(PostgresServers.Extension.class)
class FaultProxyIT {
  private static final Login LOGIN = Login.of("postgres", "postgres");

  private final FaultProxy proxy;

  FaultProxyIT(PostgresServers servers) {
    Address postgres = servers.newest().address();
    proxy = FaultProxy.to(postgres);
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void cutsBeforeTheChosenMessage() {
    proxy.onServer('Z').sparing(1).cutBefore();
    WireClient client = WireClient.login(proxy.address(), LOGIN);
    List<BackendMessage> answers = client.simple("select 1");
    assertEquals(new Closed(), answers.getLast());
  }

  @Test
  void cutsBehindTheChosenMessage() {
    proxy.onServer('C').cutAfter();
    WireClient client = WireClient.login(proxy.address(), LOGIN);
    List<BackendMessage> answers = client.simple("select 1");
    assertEquals(List.of("SELECT 1"), Answers.commands(answers));
    assertEquals(new Closed(), answers.getLast());
  }

  @Test
  void cutsWithinAMessage() {
    proxy.onServer('D').cutWithin(7);
    WireClient client = WireClient.login(proxy.address(), LOGIN);
    client.send(FrontendMessage.query("select 1"));
    AssertionError error = assertThrows(AssertionError.class, () -> client.readUntil('Z'));
    assertTrue(String.valueOf(error.getMessage()).contains("ended inside a message"));
  }

  @Test
  void holdsAMessageUntilItIsLetGo() {
    Trap trap = proxy.onClient("select 'held'").hold();
    try (WireClient client = WireClient.login(proxy.address(), LOGIN)) {
      client.send(FrontendMessage.query("select 'held'"));
      trap.awaitSprung();
      assertEquals(0, client.available());
      trap.open();
      assertEquals(List.of("held"), Answers.column(client.readUntil('Z')));
      assertEquals("again", client.value("select 'again'"));
    }
  }

  @Test
  void seesCancelRequests() {
    Trap trap = proxy.on(Passing::isCancelRequest).hold();
    try (WireClient client = WireClient.login(proxy.address(), LOGIN)) {
      assertFalse(trap.isSprung());
      Thread canceller = Thread.ofVirtual().start(client::cancel);
      trap.awaitSprung();
      assertEquals("1", client.value("select 1"));
      trap.open();
      Await.until(() -> !canceller.isAlive(), () -> "the cancel request does not end");
    }
  }

  @Test
  void refusesAndCutsAll() {
    WireClient client = WireClient.login(proxy.address(), LOGIN);
    proxy.refuse(true);
    try (WireClient refused = WireClient.open(proxy.address())) {
      assertEquals(List.of(new Closed()), refused.tryLogin(LOGIN));
    }
    assertEquals("1", client.value("select 1"));
    proxy.cutAll();
    assertEquals(new Closed(), client.simple("select 1").getLast());
    proxy.refuse(false);
    try (WireClient again = WireClient.login(proxy.address(), LOGIN)) {
      assertEquals("1", again.value("select 1"));
    }
    assertEquals(3, proxy.accepted());
  }

  @Test
  void passesEncryptionRequestsThatAreDenied() {
    try (WireClient client = WireClient.open(proxy.address())) {
      client.send(FrontendMessage.sslRequest());
      assertEquals(new BackendMessage.EncryptionAnswer('N'), client.readEncryptionAnswer());
      client.login(LOGIN);
      assertEquals("1", client.value("select 1"));
    }
  }

  @Test
  void dividesByteByByte() {
    proxy.divide(() -> WriteSizes.of(1), Pace.brief());
    try (WireClient client = WireClient.login(proxy.address(), LOGIN)) {
      assertEquals("x".repeat(300), client.value("select repeat('x', 300)"));
    }
  }

  @Test
  void passesLargeMessages() {
    try (WireClient client = WireClient.login(proxy.address(), LOGIN)) {
      String text = "x".repeat(5_000_000);
      assertEquals(text, client.value("select '" + text + "'"));
    }
  }
}
