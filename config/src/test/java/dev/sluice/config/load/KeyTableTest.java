package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.config.Reload;
import dev.sluice.config.SluiceConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyTableTest {
  @TempDir Path folder = Path.of("");

  static SluiceConfig defaults() {
    return KeyTable.defaults();
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

  private static Map<String, String> shown(List<KeyTable.KeyValue> values) {
    return values.stream()
        .collect(Collectors.toMap(KeyTable.KeyValue::name, KeyTable.KeyValue::value));
  }

  @Test
  void databasesHaveTheValuesThatResult() {
    Map<String, String> values =
        shown(
            KeyTable.databaseValues(
                new ConfigFiles(folder)
                    .config(
                        """
                        auth.method = trust
                        pool { size = 7, mode = session }
                        databases {
                          app { nodes = ["db1:5432"], pool.size = 9, user = u, password = hidden-one }
                          view { like = app, pool.min-size = 2 }
                          "*" { nodes = ["db2:5432"] }
                        }
                        """)));
    assertEquals("9", values.get("databases.app.pool.size"));
    assertEquals("session", values.get("databases.app.pool.mode"));
    assertEquals("[db1:5432]", values.get("databases.app.nodes"));
    assertEquals("***", values.get("databases.app.password"));
    assertEquals("9", values.get("databases.view.pool.size"));
    assertEquals("app", values.get("databases.view.dbname"));
    assertEquals("2", values.get("databases.view.pool.min-size"));
    assertEquals("7", values.get("databases.\"*\".pool.size"));
    assertEquals("disable", values.get("databases.\"*\".tls.mode"));
    assertFalse(values.containsKey("databases.app.pool.max-user-connections"), "a user's key");
    assertFalse(values.containsKey("databases.view.like"), "it is resolved");
  }

  @Test
  void aDatabaseRowKnowsItsKeyInTheTable() {
    KeyTable.KeyValue size =
        KeyTable.databaseValues(
                new ConfigFiles(folder)
                    .config("auth.method = trust, databases.app.nodes = [\"db1:5432\"]"))
            .stream()
            .filter(value -> value.name().equals("databases.app.pool.size"))
            .findFirst()
            .orElseThrow();
    assertEquals(key("databases.*.pool.size"), size.key());
  }

  @Test
  void usersHaveWhatIsWrittenForThem() {
    assertEquals(
        Map.of("users.u.pool.size", "3", "users.u.client.query-timeout", "1s"),
        shown(
            KeyTable.userValues(
                new ConfigFiles(folder)
                    .config(
                        ConfigFiles.MINIMUM
                            + "users.u { pool.size = 3, client.query-timeout = 1s }"))));
  }
}
