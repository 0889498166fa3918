package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.pool.NodeRoles;
import dev.sluice.proxy.pool.NodeStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where transactions run, and who waits for what, while the primary comes and goes. */
class PoolFailoverTest {
  private static final String FIRST = "127.0.0.1:5991";
  private static final String SECOND = "127.0.0.1:5992";

  private static final class Roles implements NodeRoles {
    int primary;

    Roles(int primary) {
      this.primary = primary;
    }

    @Override
    public int primary() {
      return primary;
    }

    @Override
    public NodeStatus status(int node) {
      return new NodeStatus("unknown", "down", "no answer", null, null, null, null, null, null);
    }
  }

  private static SluiceConfig config(String pool) {
    return EmbeddedProxy.config(pool, FIRST + ", " + SECOND);
  }

  private static byte[] query(String sql) {
    return new Messages().query(sql).bytes();
  }

  private static String heard(EmbeddedProxy.Client client) {
    return new String(client.read(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void whoComesWhileThereIsNoPrimaryWaitsForOne() {
    Roles roles = new Roles(NodeRoles.NONE);
    try (EmbeddedProxy proxy = new EmbeddedProxy(config("size = 1"), roles)) {
      EmbeddedProxy.Client client = proxy.connect(Map.of());
      assertEquals(1, proxy.pool().usage().waiting());
      assertEquals(List.of(), proxy.backends().nodes());

      roles.primary = 1;
      proxy.pools().rolesChanged();
      proxy.pump(all -> all);
      client.read();
      client.send(query("SELECT 1"));
      proxy.pump(all -> all);
      StreamSplitTest.assertSame(
          StreamSplitTest.direct(query("SELECT 1")), client.read(), "the query");
      assertEquals(List.of(SECOND), proxy.backends().nodes());
    }
  }

  @Test
  void whoWaitsGoesWithThePrimaryAndWhatRunsOnTheFormerOneIsCut() {
    Roles roles = new Roles(0);
    try (EmbeddedProxy proxy = new EmbeddedProxy(config("size = 1"), roles)) {
      EmbeddedProxy.Client holder = proxy.connect(Map.of());
      EmbeddedProxy.Client waiter = proxy.connect(Map.of());
      holder.send(query("BEGIN"));
      proxy.pump(all -> all);
      waiter.send(query("SELECT 1"));
      proxy.pump(all -> all);
      assertEquals(1, proxy.pool().usage().waiting());
      holder.read();
      waiter.read();

      roles.primary = 1;
      proxy.pools().rolesChanged();
      proxy.pump(all -> all);
      StreamSplitTest.assertSame(
          StreamSplitTest.direct(query("SELECT 1")), waiter.read(), "the waiting query");
      assertEquals(List.of(SECOND), proxy.backends().nodes());
      holder.send(query("UPDATE t"));
      proxy.pump(all -> all);
      assertTrue(heard(holder).contains("08006"), "the transaction on the former primary is lost");
      holder.send(query("COMMIT"));
      proxy.pump(all -> all);
      assertTrue(heard(holder).contains("ROLLBACK"), "its block ends as one that failed");
      proxy.assertAllReleased();
    }
  }

  @Test
  void nobodyWaitsLongerThanFailoverTimeout() {
    Roles roles = new Roles(0);
    try (EmbeddedProxy proxy = new EmbeddedProxy(config("size = 1"), roles)) {
      EmbeddedProxy.Client client = proxy.connect(Map.of());
      client.read();
      roles.primary = NodeRoles.NONE;
      proxy.pools().rolesChanged();
      client.send(query("SELECT 1"));
      proxy.pump(all -> all);
      proxy.pools().maintain(System.nanoTime() + 29_000_000_000L);
      proxy.pump(all -> all);
      assertEquals("", heard(client));
      proxy.pools().maintain(System.nanoTime() + 31_000_000_000L);
      proxy.pump(all -> all);
      String error = heard(client);
      assertTrue(error.contains("57P03"), error);
      assertTrue(error.contains(SECOND + ": unknown, down (no answer)"), error);

      roles.primary = 0;
      proxy.pools().rolesChanged();
      client.send(query("SELECT 2"));
      proxy.pump(all -> all);
      StreamSplitTest.assertSame(
          StreamSplitTest.direct(query("SELECT 2")), client.read(), "the next query");
    }
  }

  /** It is nobody's then: only the pool can miss it. */
  @Test
  void aBackendThatIsLostWhileItIsCheckedMakesRoomForAnother() {
    SluiceConfig config = EmbeddedProxy.config("size = 1, check-after-idle = 0s", FIRST);
    try (EmbeddedProxy proxy = new EmbeddedProxy(config)) {
      EmbeddedProxy.Client client = proxy.connect(Map.of());
      client.read();
      client.send(query("SELECT 1"));
      proxy.backends().cut(0);
      proxy.pump(all -> all);
      StreamSplitTest.assertSame(
          StreamSplitTest.direct(query("SELECT 1")), client.read(), "the query");
    }
  }
}
