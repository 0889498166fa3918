package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.Reload;
import dev.sluice.config.SluiceConfig;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  static SluiceConfig defaults() {
    return Schema.ROOT.defaults();
  }

  private static KeyDescription key(String name) {
    return KeyTable.keys().stream()
        .filter(key -> key.key().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no key " + name));
  }

  @Test
  void describesAKey() {
    assertEquals(
        new KeyDescription(
            "pool.size", "a whole number, 1 or more", "20", Reload.LIVE, "backends per node"),
        key("pool.size"));
    assertEquals("", key("listen[].port").absent());
    assertEquals("one of auto, epoll, io_uring, nio", key("transport").type());
  }

  @Test
  void onlyWhatIsBoundAtTheStartNeedsARestart() {
    List<String> restart =
        KeyTable.keys().stream()
            .filter(key -> key.reload() == Reload.RESTART)
            .map(KeyDescription::key)
            .toList();
    assertEquals(
        List.of(
            "listen",
            "listen[].host",
            "listen[].port",
            "listen[].route",
            "unix-socket-dir",
            "http",
            "http.host",
            "http.port",
            "event-loops",
            "transport"),
        restart);
  }

  @Test
  void everyKeyIsExplained() {
    for (KeyDescription key : KeyTable.keys()) {
      assertFalse(key.doc().isBlank(), key.key());
      assertFalse(key.type().isBlank(), key.key());
    }
  }

  @Test
  void limitsOfAUserAreNotThoseOfADatabase() {
    List<String> keys = KeyTable.keys().stream().map(KeyDescription::key).toList();
    assertTrue(
        keys.containsAll(
            Stream.of("pool.", "databases.*.pool.")
                .map(section -> section + "max-database-clients")
                .toList()));
    assertFalse(keys.contains("users.*.pool.max-database-clients"));
    assertTrue(keys.contains("users.*.pool.max-user-clients"));
    assertFalse(keys.contains("databases.*.pool.max-user-clients"));
    assertFalse(keys.contains("databases.*.client.tls.mode"));
    assertTrue(keys.contains("databases.*.client.query-timeout"));
  }
}
