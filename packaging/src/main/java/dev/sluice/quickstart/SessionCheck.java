package dev.sluice.quickstart;

import static dev.sluice.quickstart.Expect.execute;
import static dev.sluice.quickstart.Expect.value;

import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** A session as an application has it, run through Sluice: a line for each thing tried. */
final class SessionCheck {
  private static final int CLIENTS = 4 * Demo.POOL_SIZE;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BACKENDS =
      " FROM pg_stat_activity WHERE datname = 'demo' AND backend_type = 'client backend'";

  private final Demo demo;
  private final PrintStream out;

  SessionCheck(Demo demo, PrintStream out) {
    this.demo = demo;
    this.out = out;
  }

  /** One thing tried; it throws if the answer is not PostgreSQL's. */
  private interface Work {
    void run() throws Exception;
  }

  private record Step(String name, Work work) {}

  /** Whether everything passed. */
  boolean run() {
    List<Step> steps =
        List.of(
            new Step("log in; a wrong password is refused", this::login),
            new Step("simple query, several statements in one", this::simpleQuery),
            new Step("extended query: parameters, a batch, an error in it", this::extendedQuery),
            new Step("a cursor, fetched in portions", this::cursor),
            new Step("transactions, one that commits and one that does not", this::transactions),
            new Step("an error, 25P02 until the block ends, and on", this::errorAndRecovery),
            new Step(
                "%d clients with prepared statements over at most %d backends"
                    .formatted(CLIENTS, Demo.POOL_SIZE),
                this::manyClients),
            new Step("COPY in and out", this::copy),
            new Step("a value of 10 MB there and back", this::bigValue),
            new Step("cancel ends the query, the session goes on", this::cancel),
            new Step("the console answers SHOW POOLS", this::console));
    long passed = steps.stream().filter(this::passes).count();
    out.printf("%d passed, %d failed%n", passed, steps.size() - passed);
    return passed == steps.size();
  }

  private boolean passes(Step step) {
    try {
      step.work().run();
      out.println("PASS  " + step.name());
      return true;
    } catch (Exception e) {
      out.println("FAIL  " + step.name() + ": " + e);
      return false;
    }
  }

  private Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(demo.jdbcUrl(Demo.NAME) + options);
  }

  private Connection directly() throws SQLException {
    return DriverManager.getConnection(demo.postgres().jdbcUrl(Demo.NAME));
  }

  private void login() throws SQLException {
    try (Connection connection = connect("")) {
      Expect.same("current_user", "demo", value(connection, "SELECT current_user"));
    }
    String wrong = demo.jdbcUrl(Demo.NAME).replace("password=demo", "password=wrong");
    Expect.error("28P01", () -> DriverManager.getConnection(wrong).close());
  }

  private void simpleQuery() throws SQLException {
    try (Connection connection = connect("&preferQueryMode=simple");
        Statement statement = connection.createStatement()) {
      Expect.same("rows first", true, statement.execute("SELECT 1; CREATE TABLE s (); SELECT 2"));
      Expect.same("rows second", false, statement.getMoreResults());
      Expect.same("rows third", true, statement.getMoreResults());
      try (ResultSet rows = statement.getResultSet()) {
        Expect.same("a row", true, rows.next());
        Expect.same("its value", 2, rows.getInt(1));
      }
    }
  }

  private void extendedQuery() throws SQLException {
    try (Connection connection = connect("")) {
      execute(connection, "CREATE TABLE item (id int PRIMARY KEY, name text)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO item VALUES (?, ?)")) {
        for (int id = 0; id < 1000; id++) {
          add(insert, id, id % 10 == 0 ? null : "nåme " + id);
        }
        Expect.same("rows inserted", 1000, insert.executeBatch().length);
        add(insert, 1000, "new");
        add(insert, 7, "there already");
        Expect.error("23505", () -> executeBatch(insert));
      }
      Expect.same("names", "900", value(connection, "SELECT count(name) FROM item"));
    }
  }

  private static void add(PreparedStatement insert, int id, @Nullable String name)
      throws SQLException {
    insert.setInt(1, id);
    insert.setString(2, name);
    insert.addBatch();
  }

  /** The driver wraps the server's error in one of its own. */
  private static void executeBatch(PreparedStatement statement) throws SQLException {
    try {
      statement.executeBatch();
    } catch (BatchUpdateException e) {
      throw Objects.requireNonNullElse(e.getNextException(), e);
    }
  }

  private void cursor() throws SQLException {
    try (Connection connection = connect("")) {
      connection.setAutoCommit(false);
      try (PreparedStatement select =
          connection.prepareStatement("SELECT i, 'row ' || i FROM generate_series(1, ?) i")) {
        select.setFetchSize(100);
        select.setInt(1, 1050);
        int read = 0;
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            read++;
            Expect.same("number", read, rows.getInt(1));
            Expect.same("text", "row " + read, rows.getString(2));
          }
        }
        Expect.same("rows", 1050, read);
      }
      connection.commit();
    }
  }

  private void transactions() throws SQLException {
    try (Connection one = connect("");
        Connection other = connect("")) {
      execute(one, "CREATE TABLE account AS SELECT 100 AS balance");
      one.setAutoCommit(false);
      execute(one, "UPDATE account SET balance = 50");
      Expect.same("inside", "50", value(one, "SELECT balance FROM account"));
      Expect.same("outside", "100", value(other, "SELECT balance FROM account"));
      one.rollback();
      Expect.same("after ROLLBACK", "100", value(other, "SELECT balance FROM account"));
      execute(one, "UPDATE account SET balance = 25");
      one.commit();
      Expect.same("after COMMIT", "25", value(other, "SELECT balance FROM account"));
    }
  }

  private void errorAndRecovery() throws SQLException {
    try (Connection connection = connect("")) {
      connection.setAutoCommit(false);
      Expect.error("22012", () -> value(connection, "SELECT 1 / 0"));
      Expect.error("25P02", () -> value(connection, "SELECT 1"));
      connection.rollback();
      Expect.same("afterwards", "1", value(connection, "SELECT 1"));
      connection.commit();
    }
  }

  private void manyClients() throws Exception {
    List<Connection> clients = new ArrayList<>();
    try (Connection direct = directly();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = 0; number < CLIENTS; number++) {
        clients.add(connect("&prepareThreshold=1"));
      }
      List<Callable<Integer>> work = new ArrayList<>();
      for (Connection client : clients) {
        int number = work.size();
        work.add(() -> preparedStatements(client, number));
      }
      for (Future<Integer> done : threads.invokeAll(work, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        done.get();
      }
      String sql = "SELECT count(*) <= " + Demo.POOL_SIZE + BACKENDS + " AND usename = 'demo'";
      Expect.same("few backends", "t", value(direct, sql));
    } finally {
      for (Connection client : clients) {
        client.close();
      }
    }
  }

  /** The driver numbers its statements, so that clients have equal names for different texts. */
  private static int preparedStatements(Connection client, int number) throws SQLException {
    int executions = 50;
    try (PreparedStatement own =
            client.prepareStatement("SELECT " + number + " * ?::int AS own_" + number);
        PreparedStatement shared = client.prepareStatement("SELECT ?::text || '!'")) {
      for (int i = 0; i < executions; i++) {
        own.setInt(1, i);
        Expect.same("own statement", Integer.toString(number * i), value(own));
        shared.setString(1, "client " + number);
        Expect.same("shared statement", "client " + number + "!", value(shared));
      }
    }
    return executions;
  }

  private void copy() throws SQLException, IOException {
    try (Connection connection = connect("")) {
      execute(connection, "CREATE TABLE line (number int, text text)");
      StringBuilder lines = new StringBuilder();
      for (int number = 0; number < 20_000; number++) {
        lines.append(number).append("\tline ").append(number).append('\n');
      }
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      Expect.same(
          "lines in",
          20_000L,
          copy.copyIn("COPY line FROM STDIN", new StringReader(lines.toString())));
      StringWriter back = new StringWriter();
      copy.copyOut("COPY (SELECT * FROM line ORDER BY number) TO STDOUT", back);
      Expect.same("the same lines out", true, back.toString().contentEquals(lines));
    }
  }

  private void bigValue() throws SQLException {
    try (Connection connection = connect("");
        PreparedStatement echo = connection.prepareStatement("SELECT ?::text")) {
      String big = "0123456789".repeat(1 << 20);
      echo.setString(1, big);
      Expect.same("the same value", true, big.equals(value(echo)));
    }
  }

  private void cancel() throws Exception {
    try (Connection connection = connect("");
        Connection direct = directly();
        Statement sleep = connection.createStatement();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> sleeping = threads.submit(() -> sleep.execute("SELECT pg_sleep(600)"));
      String running = "SELECT count(*)" + BACKENDS + " AND query = 'SELECT pg_sleep(600)'";
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!"1".equals(value(direct, running + " AND state = 'active'"))) {
        if (sleeping.isDone() || System.nanoTime() - deadline > 0) {
          throw new IllegalStateException("the query does not run");
        }
      }
      sleep.cancel();
      Expect.error("57014", () -> result(sleeping));
      Expect.same("afterwards", "1", value(connection, "SELECT 1"));
    }
  }

  private static void result(Future<Boolean> query) throws SQLException {
    try {
      query.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the query runs on", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void console() throws SQLException {
    try (Connection console = DriverManager.getConnection(demo.jdbcUrl("sluice"));
        Statement show = console.createStatement();
        ResultSet pools = show.executeQuery("SHOW POOLS")) {
      while (pools.next()) {
        if ("demo".equals(pools.getString("database")) && "demo".equals(pools.getString("user"))) {
          return;
        }
      }
      throw new IllegalStateException("no pool of database demo and user demo");
    }
  }
}
