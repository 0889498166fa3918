package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.Node;
import dev.sluice.config.NodeRole;
import dev.sluice.config.PoolMode;
import dev.sluice.config.SluiceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for a database and a user, from all the places where it may be written. */
class DatabasesTest {
  @TempDir Path folder = Path.of("");

  private SluiceConfig config(String body) {
    return new ConfigFiles(folder).config("auth.method = trust\n" + body);
  }

  private static DatabaseConfig database(SluiceConfig config, String name) {
    return Objects.requireNonNull(config.database(name), name);
  }

  @Test
  void eachKeyComesFromTheNearestPlaceThatHasIt() {
    SluiceConfig config =
        config(
            """
            pool { size = 50, idle-timeout = 1m, wait-timeout = 1m, lifetime = 1m, on-connect = "SELECT 1" }
            databases {
              app { nodes = [a], pool { idle-timeout = 2m, wait-timeout = 2m, lifetime = 2m } }
              reports { like = app, pool { wait-timeout = 3m, lifetime = 3m, on-connect = null } }
            }
            users.u.pool { lifetime = 4m }
            """);
    var pool = config.pool(database(config, "reports"), "u");
    assertEquals(50, pool.size());
    assertEquals(Duration.ofMinutes(2), pool.idleTimeout());
    assertEquals(Duration.ofMinutes(3), pool.waitTimeout());
    assertEquals(Duration.ofMinutes(4), pool.lifetime());
    assertNull(pool.onConnect());
    assertEquals("SELECT 1", config.pool(database(config, "app"), "u").onConnect());
  }

  @Test
  void aDatabaseThatIsLikeAnotherIsAnotherViewOfTheSameOne() {
    SluiceConfig config =
        config(
            """
            databases {
              app { nodes = [a, b], pool.mode = session }
              second { like = app }
              third { like = second, dbname = other, nodes = [c] }
              fourth { like = third }
            }
            """);
    assertEquals("app", database(config, "app").dbname());
    assertEquals("app", database(config, "second").dbname());
    assertEquals("other", database(config, "third").dbname());
    assertEquals("other", database(config, "fourth").dbname());
    assertEquals(database(config, "app").nodes(), database(config, "second").nodes());
    assertEquals(
        List.of(new Node.Tcp("c", 5432, NodeRole.AUTO, 1)), database(config, "fourth").nodes());
    assertEquals(PoolMode.SESSION, database(config, "fourth").pool().mode());
  }

  @Test
  void theFallbackTakesTheNameThatIsAskedFor() {
    SluiceConfig config =
        config("databases { app.nodes = [a], \"*\" { nodes = [b], pool.size = 3 } }");
    DatabaseConfig other = database(config, "other");
    assertEquals("other", other.name());
    assertEquals("other", other.dbname());
    assertEquals(3, other.pool().size());
    assertEquals("*", database(config, "*").dbname());
    assertSame(config.databases().get("app"), config.database("app"));
    assertEquals(List.of("app"), List.copyOf(config.databases().keySet()));
  }

  @Test
  void aFixedNameOnTheServerStaysForEveryOtherName() {
    SluiceConfig config = config("databases.\"*\" { nodes = [b], dbname = all }");
    assertEquals("all", database(config, "other").dbname());
    assertEquals("other", database(config, "other").name());
  }

  @Test
  void whatIsLikeTheFallbackHasItsOwnName() {
    SluiceConfig config = config("databases { \"*\".nodes = [b], app.like = \"*\" }");
    assertEquals("app", database(config, "app").dbname());
  }

  @Test
  void withoutAFallbackOtherNamesAreUnknown() {
    assertNull(config("databases.app.nodes = [a]").database("other"));
  }

  @Test
  void aUserWithoutKeysSharesTheDatabasesRecords() {
    SluiceConfig config = config("databases.app.nodes = [a], users.u {}");
    DatabaseConfig app = database(config, "app");
    assertSame(app.pool(), config.pool(app, "u"));
    assertSame(app.client(), config.client(app, "nobody"));
  }

  @Test
  void namesMayHaveAnyCharacters() {
    SluiceConfig config =
        config("databases.\"we ird.\\\"name\" { nodes = [a] }, users.\"a.b\".pool.size = 2");
    DatabaseConfig weird = database(config, "we ird.\"name");
    assertEquals(2, config.pool(weird, "a.b").size());
  }

  @Test
  void nodesAreWrittenInManyWays() {
    SluiceConfig config =
        config(
            """
            databases.app.nodes = [
              db1, "db2.internal:5433", "10.0.0.3:5434", "[2001:db8::4]:5435", "[::1]"
              { host = "fe80::1%eth0" }, { host = db_7, port = 5437, role = primary, weight = 7 }
              "unix:/run/postgresql/.s.PGSQL.5432"
            ]
            """);
    assertEquals(
        List.of(
            new Node.Tcp("db1", 5432, NodeRole.AUTO, 1),
            new Node.Tcp("db2.internal", 5433, NodeRole.AUTO, 1),
            new Node.Tcp("10.0.0.3", 5434, NodeRole.AUTO, 1),
            new Node.Tcp("2001:db8::4", 5435, NodeRole.AUTO, 1),
            new Node.Tcp("::1", 5432, NodeRole.AUTO, 1),
            new Node.Tcp("fe80::1%eth0", 5432, NodeRole.AUTO, 1),
            new Node.Tcp("db_7", 5437, NodeRole.PRIMARY, 7),
            new Node.Unix(Path.of("/run/postgresql/.s.PGSQL.5432"), NodeRole.AUTO, 1)),
        database(config, "app").nodes());
    assertEquals("[2001:db8::4]:5435", database(config, "app").nodes().get(3).toString());
  }
}
