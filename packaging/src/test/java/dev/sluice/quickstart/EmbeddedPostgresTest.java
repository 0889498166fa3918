package dev.sluice.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresTest {

  @Test
  void servesWithTheGivenSettingsAndIsGoneAfterwards() throws SQLException {
    ProcessHandle postmaster;
    Path home;
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .withoutDurability()
            .setting("max_connections", "17")
            .setting("cluster_name", "it's a \\ test")
            .start()) {
      postmaster = ProcessHandle.of(postgres.postmasterPid()).orElseThrow();
      home = postgres.socketDirectory();
      assertEquals("17", query(postgres, "SHOW max_connections"));
      assertEquals("it's a \\ test", query(postgres, "SHOW cluster_name"));
      assertEquals("off", query(postgres, "SHOW fsync"));
      assertEquals(
          Long.toString(postgres.postmasterPid()),
          query(postgres, "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)"));
      assertTrue(Files.exists(home.resolve(".s.PGSQL." + postgres.port())));
    }
    assertFalse(postmaster.isAlive());
    assertFalse(Files.exists(home));
  }

  @Test
  void runsAsSomebodyElseWhenStartedByRoot() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().withoutDurability().start()) {
      long uid =
          Files.readAllLines(Path.of("/proc/" + postgres.postmasterPid() + "/status")).stream()
              .filter(line -> line.startsWith("Uid:"))
              .map(line -> Long.parseLong(line.split("\\s+", -1)[2]))
              .findFirst()
              .orElseThrow();
      long ours = new UnixSystem().getUid();
      if (ours == 0) {
        assertNotEquals(0, uid);
      } else {
        assertEquals(ours, uid);
      }
    }
  }

  @Test
  void keepsDataAndPortAcrossEveryKindOfRestart() throws SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().withoutDurability().start()) {
      int port = postgres.port();
      execute(postgres, "CREATE TABLE t AS SELECT 42 AS a");
      postgres.restart();
      assertEquals("42", query(postgres, "SELECT a FROM t"));
      postgres.restart(EmbeddedPostgres.Mode.IMMEDIATE);
      assertEquals("42", query(postgres, "SELECT a FROM t"));
      postgres.kill();
      assertFalse(postgres.isRunning());
      postgres.start();
      assertEquals("42", query(postgres, "SELECT a FROM t"));
      assertEquals(port, postgres.port());
    }
  }

  @Test
  void asksForThePasswordByTheMethodGiven() throws SQLException {
    for (String method : new String[] {"scram-sha-256", "md5", "password"}) {
      try (EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .withoutDurability()
              .superuser("s&re", "p&ss wörd")
              .authentication(method)
              .hba("host all nobody_else 127.0.0.1/32 trust")
              .start()) {
        assertEquals(
            method.equals("md5") ? "md5" : "SCR",
            query(postgres, "SELECT left(rolpassword, 3) FROM pg_authid WHERE rolname = user"));
        SQLException refused =
            assertThrows(
                SQLException.class,
                () -> {
                  String url = postgres.jdbcUrl("postgres").replace("password=p", "password=q");
                  DriverManager.getConnection(url).close();
                });
        assertEquals("28P01", refused.getSQLState());
        execute(postgres, "CREATE ROLE nobody_else LOGIN");
        String trusted =
            "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres?user=nobody_else";
        DriverManager.getConnection(trusted).close();
      }
    }
  }

  @Test
  void saysWhatTheServerSaidWhenItDoesNotStart() {
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () -> EmbeddedPostgres.builder().setting("no_such_setting", "1").start());
    assertTrue(failure.toString().contains("no_such_setting"), failure::toString);
  }

  @Test
  void aCopyMadeBeforeTheFirstStartBecomesAStandby() throws Exception {
    try (EmbeddedPostgres primary = EmbeddedPostgres.builder().withoutDurability().prepare();
        EmbeddedPostgres standby = EmbeddedPostgres.builder().copyOf(primary).prepare()) {
      primary.start();
      Files.createFile(standby.dataDirectory().resolve("standby.signal"));
      standby.configure(
          "primary_conninfo", "host=127.0.0.1 port=%d user=postgres".formatted(primary.port()));
      standby.start();
      assertEquals("t", query(standby, "SELECT pg_is_in_recovery()"));
      execute(primary, "CREATE TABLE t AS SELECT 7 AS a");
      await(standby, "SELECT count(*) FROM pg_class WHERE relname = 't'", "1");
      assertEquals("7", query(standby, "SELECT a FROM t"));
    }
  }

  @Test
  void endsWithTheVirtualMachineThatForgotToCloseIt() {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path", "");
    String[] pidAndHome =
        Command.run(List.of(java, "-cp", classPath, Forgetful.class.getName()))
            .strip()
            .split(" ", 2);
    assertTrue(ProcessHandle.of(Long.parseLong(pidAndHome[0])).isEmpty());
    assertFalse(Files.exists(Path.of(pidAndHome[1])));
  }

  /** Starts a server, says which, and ends. */
  static final class Forgetful {
    private Forgetful() {}

    public static void main(String[] arguments) {
      EmbeddedPostgres postgres = EmbeddedPostgres.builder().withoutDurability().start();
      System.out.println(postgres.postmasterPid() + " " + postgres.socketDirectory());
    }
  }

  private static void await(EmbeddedPostgres postgres, String sql, String expected)
      throws SQLException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!query(postgres, sql).equals(expected)) {
      assertTrue(System.nanoTime() < deadline, () -> sql + " is not " + expected);
      Thread.onSpinWait();
    }
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertTrue(rows.next());
      return rows.getString(1);
    }
  }
}
