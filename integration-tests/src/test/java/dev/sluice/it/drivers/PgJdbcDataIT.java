package dev.sluice.it.drivers;

import static dev.sluice.it.drivers.Jdbc.assertFails;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Data through pgjdbc: COPY, types, large values, large objects, catalogs. */
@ExtendWith(StageExtension.class)
@ParameterizedClass
@EnumSource(PoolMode.class)
class PgJdbcDataIT {

  private static final int MEGABYTE = 1 << 20;

  private final PoolMode mode;
  private final Stage stage;
  private final Target target;

  PgJdbcDataIT(PoolMode mode, Stage stage) {
    this.mode = mode;
    this.stage = stage;
    this.target = stage.proxy(mode);
  }

  @BeforeEach
  void createTable() throws SQLException {
    execute(
        stage.server(mode.database()),
        "drop table if exists jdbc_data",
        "create table jdbc_data (client int, n int, note text)");
  }

  @AfterEach
  void dropTable() throws SQLException {
    execute(stage.server(mode.database()), "drop table jdbc_data");
  }

  @Test
  void copyInAndOut() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            StringBuilder lines = new StringBuilder();
            for (int n = 1; n <= 2000; n++) {
              lines.append(client).append('\t').append(n).append("\tline ").append(n).append('\n');
            }
            assertEquals(
                2000, copy.copyIn("copy jdbc_data from stdin", new StringReader(lines.toString())));
            StringWriter out = new StringWriter();
            copy.copyOut(
                "copy (select * from jdbc_data where client = %d order by n) to stdout"
                    .formatted(client),
                out);
            assertEquals(lines.toString(), out.toString());
          }
        });
  }

  @Test
  void copyThatFailsOrIsGivenUp() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertFails(
                "22P02",
                () -> copy.copyIn("copy jdbc_data from stdin", new StringReader("x\t1\ty\n")));
            CopyIn givenUp = copy.copyIn("copy jdbc_data from stdin");
            byte[] line = (client + "\t1\tnever\n").getBytes(StandardCharsets.UTF_8);
            givenUp.writeToCopy(line, 0, line.length);
            givenUp.cancelCopy();
            String count = "select count(*) from jdbc_data where client = ?";
            assertEquals("0", one(connection, count, client));
            // Inside a transaction, beside other statements.
            connection.setAutoCommit(false);
            assertEquals(
                1, copy.copyIn("copy jdbc_data from stdin", new ByteArrayInputStream(line)));
            assertEquals("1", one(connection, count, client));
            connection.rollback();
            assertEquals("0", one(connection, count, client));
            connection.commit();
          }
        });
  }

  @Test
  void types() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target, "prepareThreshold=-1")) {
            crowd.allConnected();
            OffsetDateTime time = OffsetDateTime.parse("2024-02-29T12:34:56.789Z");
            UUID uuid = new UUID(client, 42);
            for (int i = 0; i < 3; i++) {
              try (PreparedStatement statement =
                  connection.prepareStatement(
                      "select ?::int[], ?::text[], ?::numeric, ?::timestamptz, ?::date, ?::uuid,"
                          + " ?::bytea, ?::jsonb ->> 'k', ?::float8, ?::bool, ?::text")) {
                statement.setArray(1, connection.createArrayOf("int", new Integer[] {client, 2}));
                statement.setArray(
                    2, connection.createArrayOf("text", new String[] {"ä,\"€", "{}"}));
                statement.setBigDecimal(3, new BigDecimal("12345678901234567890.125"));
                statement.setObject(4, time);
                statement.setObject(5, LocalDate.of(2024, 2, 29));
                statement.setObject(6, uuid);
                statement.setBytes(7, new byte[] {0, -1, (byte) client});
                statement.setString(8, "{\"k\": \"v\"}");
                statement.setDouble(9, 0.1);
                statement.setBoolean(10, true);
                statement.setNull(11, Types.VARCHAR);
                try (ResultSet rows = statement.executeQuery()) {
                  rows.next();
                  assertArrayEquals(
                      new Integer[] {client, 2}, (Integer[]) rows.getArray(1).getArray());
                  assertArrayEquals(
                      new String[] {"ä,\"€", "{}"}, (String[]) rows.getArray(2).getArray());
                  assertEquals(new BigDecimal("12345678901234567890.125"), rows.getBigDecimal(3));
                  assertEquals(time, rows.getObject(4, OffsetDateTime.class));
                  assertEquals(LocalDate.of(2024, 2, 29), rows.getObject(5, LocalDate.class));
                  assertEquals(uuid, rows.getObject(6));
                  assertArrayEquals(new byte[] {0, -1, (byte) client}, rows.getBytes(7));
                  assertEquals("v", rows.getString(8));
                  assertEquals(0.1, rows.getDouble(9));
                  assertTrue(rows.getBoolean(10));
                  assertEquals(null, rows.getString(11));
                }
              }
            }
          }
        });
  }

  @Test
  void largeValuesBothWays() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          byte[] bytes = new byte[3 * MEGABYTE];
          new Random(client).nextBytes(bytes);
          char[] letters = new char[3 * MEGABYTE];
          Arrays.fill(letters, (char) ('a' + client));
          try (Connection connection = connect(target, "prepareThreshold=1")) {
            crowd.allConnected();
            for (int i = 0; i < 2; i++) {
              try (PreparedStatement statement =
                  connection.prepareStatement("select ?::bytea, ?::text")) {
                statement.setBytes(1, bytes);
                statement.setString(2, new String(letters));
                try (ResultSet rows = statement.executeQuery()) {
                  rows.next();
                  assertArrayEquals(bytes, rows.getBytes(1));
                  assertArrayEquals(letters, rows.getString(2).toCharArray());
                }
              }
            }
          }
        });
  }

  /** Large objects go by function call (fastpath), always inside a transaction. */
  @Test
  void largeObjects() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          byte[] bytes = new byte[200_000];
          new Random(client).nextBytes(bytes);
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            connection.setAutoCommit(false);
            LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            long oid = manager.createLO();
            try (LargeObject large = manager.open(oid)) {
              large.write(bytes);
            }
            connection.commit();
            try (LargeObject large = manager.open(oid)) {
              assertArrayEquals(bytes, large.read(bytes.length + 1));
            }
            manager.delete(oid);
            connection.commit();
          }
        });
  }

  @Test
  void catalogs() throws Exception {
    Crowd.run(
        stage,
        mode,
        (client, crowd) -> {
          try (Connection connection = connect(target)) {
            crowd.allConnected();
            try (ResultSet columns =
                connection.getMetaData().getColumns(null, null, "jdbc_data", null)) {
              int count = 0;
              while (columns.next()) {
                assertEquals("jdbc_data", columns.getString("TABLE_NAME"));
                count++;
              }
              assertEquals(3, count);
            }
            assertEquals("PostgreSQL", connection.getMetaData().getDatabaseProductName());
            assertTrue(connection.getMetaData().getDatabaseMajorVersion() >= 14);
            assertTrue(connection.isValid(30));
          }
        });
  }
}
