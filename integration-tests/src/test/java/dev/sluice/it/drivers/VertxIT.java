package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.awaitRunning;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.RowStream;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Vert.x: pipelines of 16, its cache of prepared statements, cursors, streams, batches, its pool.
 */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class VertxIT {

  private static final int PIPELINING = 16;

  private final PoolMode mode;
  private final Stage stage;
  private final Vertx vertx = Vertx.vertx();

  VertxIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
  }

  @BeforeEach
  void createTable() throws SQLException {
    Jdbc.execute(
        stage.server(mode.database()),
        "drop table if exists vertx_items",
        "create table vertx_items (client int, n int, note text, unique (client, n))");
  }

  @AfterEach
  void dropTable() throws SQLException {
    Jdbc.execute(stage.server(mode.database()), "drop table vertx_items");
    get(vertx.close());
  }

  private PgConnectOptions options() {
    Target target = stage.proxy(mode);
    PgConnectOptions options = new PgConnectOptions();
    options
        .setPipeliningLimit(PIPELINING)
        .setHost(target.host())
        .setPort(target.port())
        .setDatabase(target.database())
        .setUser(target.user())
        .setPassword(target.password())
        .setCachePreparedStatements(true);
    return options;
  }

  private interface Work {
    void run(int client, PgConnection connection) throws Exception;
  }

  private void clients(Work work) throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          PgConnection connection = get(PgConnection.connect(vertx, options()));
          try {
            crowd.allConnected();
            work.run(client, connection);
          } finally {
            get(connection.close());
          }
        });
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no answer in 60 s", e);
    }
  }

  private static List<Integer> integers(RowSet<Row> rows) {
    List<Integer> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.getInteger(0)));
    return values;
  }

  private static void assertFails(String sqlState, Executable call) {
    PgException e = assertThrows(PgException.class, call);
    assertEquals(sqlState, e.getSqlState(), e::toString);
  }

  @Test
  void pipelinedOnOneConnection() throws Exception {
    clients(
        (client, connection) -> {
          List<Future<RowSet<Row>>> answers = new ArrayList<>();
          for (int n = 0; n < 100; n++) {
            answers.add(
                n % 20 == 19
                    ? connection.preparedQuery("select 1 / $1::int4").execute(Tuple.of(0))
                    : n % 2 == 0
                        ? connection
                            .preparedQuery("select $1::int4 * 1000 + $2::int4")
                            .execute(Tuple.of(client, n))
                        : connection.query("select %d * 1000 + %d".formatted(client, n)).execute());
          }
          for (int n = 0; n < 100; n++) {
            Future<RowSet<Row>> answer = answers.get(n);
            if (n % 20 == 19) {
              assertFails("22012", () -> get(answer));
            } else {
              assertEquals(List.of(client * 1000 + n), integers(get(answer)));
            }
          }
        });
  }

  @Test
  void cacheOfPreparedStatements() throws Exception {
    clients(
        (client, connection) -> {
          for (int round = 0; round < 5; round++) {
            for (int text = 0; text < 5; text++) {
              RowSet<Row> rows =
                  get(
                      connection
                          .preparedQuery("select $1::int4 + " + (text * 100 + client))
                          .execute(Tuple.of(round)));
              assertEquals(List.of(round + text * 100 + client), integers(rows));
            }
          }
          assertFails("42P01", () -> get(connection.preparedQuery("select * from nope").execute()));
          PreparedStatement statement = get(connection.prepare("select $1::int4, $2::text"));
          for (int n = 0; n < 5; n++) {
            Row row = get(statement.query().execute(Tuple.of(client, "v" + n))).iterator().next();
            assertEquals(client, row.getInteger(0));
            assertEquals("v" + n, row.getString(1));
          }
          get(statement.close());
        });
  }

  @Test
  void cursorsAndStreams() throws Exception {
    clients(
        (client, connection) -> {
          Transaction transaction = get(connection.begin());
          PreparedStatement statement =
              get(connection.prepare("select $1::int4 * 1000 + n from generate_series(1, 100) n"));
          List<Integer> expected =
              IntStream.rangeClosed(1, 100).mapToObj(n -> client * 1000 + n).toList();
          Cursor cursor = statement.cursor(Tuple.of(client));
          List<Integer> read = new ArrayList<>();
          do {
            read.addAll(integers(get(cursor.read(9))));
          } while (cursor.hasMore());
          get(cursor.close());
          assertEquals(expected, read);

          List<Integer> streamed = new ArrayList<>();
          CompletableFuture<Void> end = new CompletableFuture<>();
          RowStream<Row> stream = statement.createStream(13, Tuple.of(client));
          stream
              .exceptionHandler(end::completeExceptionally)
              .endHandler(ignored -> end.complete(null))
              .handler(row -> streamed.add(row.getInteger(0)));
          end.get(60, TimeUnit.SECONDS);
          assertEquals(expected, streamed);
          get(stream.close());

          Cursor early = statement.cursor(Tuple.of(client));
          assertEquals(expected.subList(0, 3), integers(get(early.read(3))));
          get(early.close());
          get(transaction.commit());
          assertEquals(List.of(1), integers(get(connection.query("select 1").execute())));
        });
  }

  @Test
  void batches() throws Exception {
    clients(
        (client, connection) -> {
          List<Tuple> rows =
              IntStream.range(0, 300).mapToObj(n -> Tuple.of(client, n, "row " + n)).toList();
          String insert = "insert into vertx_items values ($1, $2, $3) returning n";
          RowSet<Row> results = get(connection.preparedQuery(insert).executeBatch(rows));
          List<Integer> returned = new ArrayList<>();
          for (RowSet<Row> result = results; result != null; result = result.next()) {
            returned.addAll(integers(result));
          }
          assertEquals(IntStream.range(0, 300).boxed().toList(), returned);

          List<Tuple> duplicate = List.of(Tuple.of(client, 300, ""), Tuple.of(client, 5, ""));
          assertFails("23505", () -> get(connection.preparedQuery(insert).executeBatch(duplicate)));
          assertEquals(List.of(300), count(connection, client));
        });
  }

  @Test
  void transactions() throws Exception {
    clients(
        (client, connection) -> {
          Transaction committed = get(connection.begin());
          insert(connection, client, 1);
          get(committed.commit());
          Transaction rolledBack = get(connection.begin());
          insert(connection, client, 2);
          get(rolledBack.rollback());
          Transaction failed = get(connection.begin());
          insert(connection, client, 3);
          assertFails("23505", () -> insert(connection, client, 3));
          assertFails("25P02", () -> get(connection.query("select 1").execute()));
          get(failed.rollback());
          assertEquals(List.of(1), count(connection, client));
        });
  }

  @Test
  void severalStatementsInOneQuery() throws Exception {
    clients(
        (client, connection) -> {
          RowSet<Row> first =
              get(connection.query("select %d; select 2; select 3".formatted(client)).execute());
          assertEquals(List.of(client), integers(first));
          assertEquals(List.of(2), integers(first.next()));
          assertEquals(List.of(3), integers(first.next().next()));
          List<String> notices = new ArrayList<>();
          connection.noticeHandler(notice -> notices.add(notice.getMessage()));
          get(
              connection
                  .query("do $$ begin raise notice 'hello %d'; end $$".formatted(client))
                  .execute());
          assertEquals(List.of("hello " + client), notices);
        });
  }

  @Test
  void cancelRequest() throws Exception {
    PgConnection connection = get(PgConnection.connect(vertx, options()));
    try {
      Future<RowSet<Row>> sleeping = connection.query("select pg_sleep(60) /* vertx */").execute();
      awaitRunning(stage.beside(mode.database()), "pg_sleep(60) /* vertx");
      get(connection.cancelRequest());
      assertFails("57014", () -> get(sleeping));
      assertEquals(List.of(1), integers(get(connection.query("select 1").execute())));
    } finally {
      get(connection.close());
    }
  }

  /** The pool of an application; and its variant that pipelines over few connections. */
  @Test
  void pools() throws Exception {
    int size = mode == PoolMode.SESSION ? PoolMode.POOL_SIZE : Crowd.CLIENTS;
    BackendWatch watch = BackendWatch.on(stage, mode.database());
    Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(size))
            .connectingTo(options())
            .using(vertx)
            .build();
    manyQueries(pool);
    List<Future<Integer>> transactions = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      int number = n;
      transactions.add(pool.withTransaction(connection -> insertAndRead(connection, number)));
    }
    for (int n = 0; n < 100; n++) {
      assertEquals(n * 2, get(transactions.get(n)));
    }
    get(pool.close());
    SqlClient client =
        PgBuilder.client()
            .with(new PoolOptions().setMaxSize(size))
            .connectingTo(options())
            .using(vertx)
            .build();
    manyQueries(client);
    get(client.close());
    watch.assertNeverMoreThan(PoolMode.POOL_SIZE);
  }

  private static void manyQueries(SqlClient client) {
    List<Future<RowSet<Row>>> answers = new ArrayList<>();
    for (int n = 0; n < 500; n++) {
      answers.add(client.preparedQuery("select $1::int4 * 3 + " + n % 7).execute(Tuple.of(n)));
    }
    for (int n = 0; n < 500; n++) {
      assertEquals(List.of(n * 3 + n % 7), integers(get(answers.get(n))));
    }
  }

  private static Future<Integer> insertAndRead(SqlConnection connection, int number) {
    return connection
        .preparedQuery("insert into vertx_items values (-1, $1, 'pooled') returning n * 2")
        .execute(Tuple.of(number))
        .map(rows -> assertInstanceOf(Integer.class, integers(rows).getFirst()));
  }

  private static void insert(PgConnection connection, int client, int n) {
    get(
        connection
            .preparedQuery("insert into vertx_items values ($1, $2, 'x')")
            .execute(Tuple.of(client, n)));
  }

  private static List<Integer> count(PgConnection connection, int client) {
    return integers(
        get(
            connection
                .preparedQuery("select count(*)::int4 from vertx_items where client = $1")
                .execute(Tuple.of(client))));
  }
}
