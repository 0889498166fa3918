package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.awaitRunning;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.R2dbcException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * R2DBC: binds, streams with a fetch size, transactions, batches, COPY, statements on one
 * connection at once.
 */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class R2dbcIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final PoolMode mode;
  private final Stage stage;

  R2dbcIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
  }

  @BeforeEach
  void createTable() throws SQLException {
    Jdbc.execute(
        stage.server(mode.database()),
        "drop table if exists r2dbc_items",
        "create table r2dbc_items (client int, n int, note text)");
  }

  @AfterEach
  void dropTable() throws SQLException {
    Jdbc.execute(stage.server(mode.database()), "drop table r2dbc_items");
  }

  private interface Work {
    void run(int client, PostgresqlConnection connection) throws Exception;
  }

  private void clients(UnaryOperator<PostgresqlConnectionConfiguration.Builder> options, Work work)
      throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          PostgresqlConnection connection = connect(options);
          try {
            crowd.allConnected();
            work.run(client, connection);
          } finally {
            connection.close().block(TIMEOUT);
          }
        });
  }

  private PostgresqlConnection connect(
      UnaryOperator<PostgresqlConnectionConfiguration.Builder> options) {
    Target target = stage.proxy(mode);
    PostgresqlConnectionConfiguration.Builder builder =
        PostgresqlConnectionConfiguration.builder()
            .host(target.host())
            .port(target.port())
            .database(target.database())
            .username(target.user())
            .password(target.password());
    return get(new PostgresqlConnectionFactory(options.apply(builder).build()).create());
  }

  private static <T> T get(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(TIMEOUT));
  }

  private static void run(Publisher<Void> publisher) {
    Mono.from(publisher).block(TIMEOUT);
  }

  private static <T> List<T> all(Flux<T> flux) {
    return get(flux.collectList());
  }

  /** The first column of every row. */
  private static <T> Flux<T> column(PostgresqlStatement statement, Class<T> type) {
    return statement.execute().concatMap(result -> column(result, type));
  }

  private static <T> Flux<T> column(PostgresqlResult result, Class<T> type) {
    return result.map((row, metadata) -> Objects.requireNonNull(row.get(0, type)));
  }

  private static long update(PostgresqlStatement statement) {
    return get(
        statement.execute().concatMap(PostgresqlResult::getRowsUpdated).reduce(0L, Long::sum));
  }

  private static void assertFails(String sqlState, Executable call) {
    R2dbcException e = assertThrows(R2dbcException.class, call);
    assertEquals(sqlState, e.getSqlState(), e::toString);
  }

  @Test
  void bindsWithEveryStatementCached() throws Exception {
    clients(options -> options.preparedStatementCacheQueries(-1), this::binds);
  }

  @Test
  void bindsWithNoStatementCached() throws Exception {
    clients(options -> options.preparedStatementCacheQueries(0), this::binds);
  }

  @Test
  void bindsWithTwoStatementsCached() throws Exception {
    clients(options -> options.preparedStatementCacheQueries(2), this::binds);
  }

  private void binds(int client, PostgresqlConnection connection) {
    for (int n = 0; n < 10; n++) {
      assertEquals(
          List.of(client * 100 + n),
          all(
              column(
                  connection
                      .createStatement("select $1::int4 * 100 + $2::int4")
                      .bind("$1", client)
                      .bind("$2", n),
                  Integer.class)));
      assertEquals(
          List.of("it's " + client + "/" + n),
          all(
              column(
                  connection
                      .createStatement("select 'it''s " + client + "/' || $1::text")
                      .bind("$1", "" + n),
                  String.class)));
      assertEquals(
          List.of(n), all(column(connection.createStatement("select " + n), Integer.class)));
    }
    PostgresqlStatement many = connection.createStatement("select $1::int4 + $2::int4");
    for (int n = 0; n < 50; n++) {
      many.bind("$1", client).bind("$2", n);
      if (n < 49) {
        many.add();
      }
    }
    assertEquals(
        IntStream.range(0, 50).mapToObj(n -> client + n).toList(),
        all(column(many, Integer.class)));
    PostgresqlStatement divide = connection.createStatement("select 1 / $1::int4").bind("$1", 0);
    assertFails("22012", () -> all(column(divide, Integer.class)));
    assertFails(
        "42P01", () -> all(column(connection.createStatement("select * from nope"), Object.class)));
    assertEquals(List.of(1), all(column(connection.createStatement("select 1"), Integer.class)));
  }

  @Test
  void streamsWithAFetchSize() throws Exception {
    clients(
        UnaryOperator.identity(),
        (client, connection) -> {
          String rows = "select $1::int4 * 10000 + n from generate_series(1, 1000) n";
          List<Integer> expected =
              IntStream.rangeClosed(1, 1000).mapToObj(n -> client * 10000 + n).toList();
          for (int fetchSize : new int[] {0, 7, 100, 5000}) {
            PostgresqlStatement statement =
                connection.createStatement(rows).bind("$1", client).fetchSize(fetchSize);
            assertEquals(expected, all(column(statement, Integer.class)));
          }
          // A subscriber that leaves early: the rest is discarded or the portal closed.
          for (int fetchSize : new int[] {0, 7}) {
            PostgresqlStatement statement =
                connection.createStatement(rows).bind("$1", client).fetchSize(fetchSize);
            assertEquals(expected.subList(0, 5), all(column(statement, Integer.class).take(5)));
          }
          assertEquals(
              List.of("end"),
              all(column(connection.createStatement("select 'end'"), String.class)));
        });
  }

  @Test
  void transactions() throws Exception {
    clients(
        UnaryOperator.identity(),
        (client, connection) -> {
          run(connection.beginTransaction());
          insert(connection, client, "kept");
          run(connection.createSavepoint("s"));
          insert(connection, client, "lost");
          assertFails(
              "22012", () -> all(column(connection.createStatement("select 1/0"), Object.class)));
          assertFails(
              "25P02", () -> all(column(connection.createStatement("select 1"), Object.class)));
          run(connection.rollbackTransactionToSavepoint("s"));
          run(connection.commitTransaction());

          run(
              connection.beginTransaction(
                  PostgresTransactionDefinition.from(io.r2dbc.spi.IsolationLevel.REPEATABLE_READ)
                      .readOnly()));
          assertEquals(
              List.of("repeatable read"),
              all(column(connection.createStatement("show transaction_isolation"), String.class)));
          assertFails("25006", () -> insert(connection, client, "refused"));
          run(connection.rollbackTransaction());
          assertEquals(List.of("kept"), notes(connection, client));
        });
  }

  @Test
  void concatenatedBatches() throws Exception {
    clients(
        UnaryOperator.identity(),
        (client, connection) -> {
          for (int i = 0; i < 5; i++) {
            List<Integer> answers =
                all(
                    connection
                        .createBatch()
                        .add("select " + client)
                        .add(
                            "insert into r2dbc_items values (%d, %d, 'batch')".formatted(client, i))
                        .add("select count(*)::int4 from r2dbc_items where client = " + client)
                        .execute()
                        .concatMap(result -> column(result, Integer.class)));
            assertEquals(List.of(client, i + 1), answers);
          }
          // All statements of a batch are one message, and so one transaction.
          assertFails(
              "22012",
              () ->
                  all(
                      connection
                          .createBatch()
                          .add("insert into r2dbc_items values (%d, 99, 'lost')".formatted(client))
                          .add("select 1 / 0")
                          .execute()
                          .concatMap(PostgresqlResult::getRowsUpdated)));
          assertEquals(5, notes(connection, client).size());
        });
  }

  /** Statements subscribed to at once on one connection are sent one behind the other. */
  @Test
  void manyStatementsAtOnceOnOneConnection() throws Exception {
    clients(
        UnaryOperator.identity(),
        (client, connection) -> {
          // Once each, so that all are prepared: R2DBC itself may prepare one text twice at once.
          for (int n = 0; n < 4; n++) {
            assertEquals(List.of((client + n) * 100 + n), all(sum(connection, client, n)));
          }
          List<Integer> answers =
              all(Flux.range(0, 60).flatMapSequential(n -> sum(connection, client, n), 16));
          assertEquals(
              IntStream.range(0, 60).mapToObj(n -> (client + n) * 100 + n % 4).toList(), answers);
        });
  }

  private static Flux<Integer> sum(PostgresqlConnection connection, int client, int n) {
    return column(
        connection.createStatement("select $1::int4 * 100 + " + n % 4).bind("$1", client + n),
        Integer.class);
  }

  @Test
  void copyIn() throws Exception {
    clients(
        UnaryOperator.identity(),
        (client, connection) -> {
          Flux<io.netty.buffer.ByteBuf> lines =
              Flux.range(1, 500)
                  .map(
                      n ->
                          Unpooled.copiedBuffer(
                              client + "\t" + n + "\tcopied\n", StandardCharsets.UTF_8));
          assertEquals(500L, get(connection.copyIn("copy r2dbc_items from stdin", lines)));
          assertEquals(500, notes(connection, client).size());
          assertFails(
              "22P04",
              () ->
                  connection
                      .copyIn(
                          "copy r2dbc_items from stdin",
                          Mono.just(Unpooled.copiedBuffer("1\n", StandardCharsets.UTF_8)))
                      .block(TIMEOUT));
          assertEquals(500, notes(connection, client).size());
        });
  }

  @Test
  void cancelRequest() throws Exception {
    PostgresqlConnection connection = connect(UnaryOperator.identity());
    try {
      CompletableFuture<List<Object>> sleeping =
          column(connection.createStatement("select pg_sleep(60) /* r2dbc */"), Object.class)
              .collectList()
              .toFuture();
      awaitRunning(stage.beside(mode.database()), "pg_sleep(60) /* r2dbc");
      run(connection.cancelRequest());
      Throwable cause =
          assertThrows(Exception.class, () -> sleeping.get(30, TimeUnit.SECONDS)).getCause();
      assertEquals("57014", ((R2dbcException) Objects.requireNonNull(cause)).getSqlState());
      assertEquals(List.of(1), all(column(connection.createStatement("select 1"), Integer.class)));
    } finally {
      connection.close().block(TIMEOUT);
    }
  }

  @Test
  void startupParametersFollowTheClient() throws Exception {
    clients(
        options ->
            options.applicationName("r2dbc").options(java.util.Map.of("timezone", "Asia/Tokyo")),
        (client, connection) -> {
          for (int i = 0; i < 5; i++) {
            assertEquals(
                List.of("r2dbc Asia/Tokyo"),
                all(
                    column(
                        connection.createStatement(
                            "select current_setting('application_name') || ' '"
                                + " || current_setting('timezone')"),
                        String.class)));
          }
          if (mode == PoolMode.SESSION) {
            notified(client, connection);
          }
        });
  }

  private static void notified(int client, PostgresqlConnection connection) throws Exception {
    CompletableFuture<Notification> heard = connection.getNotifications().next().toFuture();
    update(connection.createStatement("listen r2dbc_" + client));
    update(connection.createStatement("notify r2dbc_" + client + ", 'hello'"));
    assertEquals("hello", heard.get(30, TimeUnit.SECONDS).getParameter());
  }

  private static void insert(PostgresqlConnection connection, int client, String note) {
    assertEquals(
        1,
        update(
            connection
                .createStatement("insert into r2dbc_items values ($1, 0, $2)")
                .bind("$1", client)
                .bind("$2", note)));
  }

  private static List<String> notes(PostgresqlConnection connection, int client) {
    return all(
        column(
            connection
                .createStatement("select note from r2dbc_items where client = $1")
                .bind("$1", client),
            String.class));
  }
}
