package dev.sluice.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.SluiceConfig;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What claims to be PostgreSQL and breaks the protocol loses its connection; the client is told.
 */
class BrokenServerTest {
  private static final SluiceConfig ONE = EmbeddedProxy.config("size = 1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5a00000004", // ReadyForQuery without a status
        "5a000000064949", // ReadyForQuery too long
        "5a00000003", // a length that does not cover itself
        "44ffffffff", // a negative length
        "31000000045a0000000549", // ParseComplete for a query
        "45000000055a", // an error without terminators
        "5300000006610a", // a parameter without terminators
        "7fffffffff"
      })
  void theConnectionEndsAndTheNextQueryHasAnother(String hex) {
    try (EmbeddedProxy proxy = new EmbeddedProxy(ONE)) {
      EmbeddedProxy.Client client = proxy.connect(Map.of());
      client.read();
      client.send(new Messages().query("SELECT 1").bytes());
      proxy.backends().say(0, HexFormat.of().parseHex(hex));
      String told = new String(client.read(), StandardCharsets.ISO_8859_1);
      assertTrue(told.contains("C08006"), "told: " + told);
      assertEquals('Z', told.charAt(told.length() - 6));

      byte[] query = new Messages().query("SELECT 2").bytes();
      client.send(query);
      proxy.pump(all -> all);
      StreamSplitTest.assertSame(StreamSplitTest.direct(query), client.read(), "the next query");
      assertEquals(2, proxy.backends().postgres().size());
      proxy.assertAllReleased();
    }
  }
}
