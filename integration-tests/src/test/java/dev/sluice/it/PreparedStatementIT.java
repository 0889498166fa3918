package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prepared statements in transaction mode where several clients share backends. */
@ExtendWith(PostgresServers.Extension.class)
class PreparedStatementIT {
  private static final String NAME = "prepared_it";

  private final PostgresServer postgres;

  PreparedStatementIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  private static void parse(WireClient client, String name, String sql) {
    client.send(FrontendMessage.parse(name, sql), FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
  }

  private static List<String> run(WireClient client, String name, String... values) {
    client.send(
        FrontendMessage.bind("", name, values),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    return Answers.column(Answers.good(client.readUntil('Z')));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theSameNameForDifferentTexts(int backends) {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = " + backends)) {
      List<WireClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(bed.client());
        parse(clients.get(i), "s", "select 'client " + i + "'");
        parse(clients.get(i), "", "select 'unnamed " + i + "'");
      }
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < clients.size(); i++) {
          assertEquals(List.of("client " + i), run(clients.get(i), "s"));
          assertEquals(List.of("unnamed " + i), run(clients.get(i), ""));
        }
      }
    }
  }

  @Test
  void theSameTextOfManyClientsIsPreparedOnce() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      for (int i = 0; i < 10; i++) {
        WireClient client = bed.client();
        parse(client, "s" + i, "select 'shared', $1::int");
        assertEquals(List.of("shared"), run(client, "s" + i, "1"));
      }
      String count = "select count(*) from pg_prepared_statements where statement like '%shared%'";
      assertTrue(Integer.parseInt(bed.client().value(count)) <= 2);
    }
  }

  @Test
  void oneClientOverManyBackends() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 3")) {
      WireClient client = bed.client();
      parse(client, "s", "select $1::int + 1");
      List<WireClient> holders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        assertEquals(List.of("42"), run(client, "s", "41"));
        client.send(FrontendMessage.describeStatement("s"), FrontendMessage.sync());
        Answers.good(client.readUntil('Z'));
        if (i < 2) {
          WireClient holder = bed.client();
          holder.rows("begin");
          holders.add(holder);
        }
      }
      holders.forEach(holder -> holder.rows("commit"));
    }
  }

  /** The least recently used go first, and come back when they are used. */
  @Test
  void moreStatementsThanABackendKeeps() {
    long seed = System.nanoTime();
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1, prepared-statements = 5")) {
      WireClient client = bed.client();
      for (int i = 0; i < 30; i++) {
        parse(client, "s" + i, "select " + i);
      }
      Random random = new Random(seed);
      for (int i = 0; i < 200; i++) {
        int number = random.nextInt(30);
        assertEquals(List.of("" + number), run(client, "s" + number), "seed " + seed);
      }
      int kept = Integer.parseInt(client.value("select count(*) from pg_prepared_statements"));
      assertTrue(kept <= 6, kept + " statements on a backend that may keep 5 and an unnamed one");
    }
  }

  /** More statements in one pipeline than the backend keeps: none may go before it is used. */
  @Test
  void moreStatementsInAPipelineThanABackendKeeps() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1, prepared-statements = 3")) {
      WireClient client = bed.client();
      List<FrontendMessage> pipeline = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        pipeline.add(FrontendMessage.parse("s" + i, "select " + i));
      }
      for (int i = 0; i < 12; i++) {
        pipeline.add(FrontendMessage.bind("", "s" + i));
        pipeline.add(FrontendMessage.execute("", 0));
        expected.add("" + i);
      }
      pipeline.add(FrontendMessage.sync());
      client.send(pipeline);
      assertEquals(expected, Answers.column(Answers.good(client.readUntil('Z'))));
    }
  }

  @Test
  void aStatementThatAnotherClientClosesStays() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      WireClient one = bed.client();
      WireClient two = bed.client();
      parse(one, "s", "select 'text'");
      parse(two, "t", "select 'text'");
      two.send(FrontendMessage.closeStatement("t"), FrontendMessage.sync());
      Answers.good(two.readUntil('Z'));
      assertEquals(List.of("text"), run(one, "s"));
      two.rows("deallocate all");
      assertEquals(List.of("text"), run(one, "s"));
      two.rows("discard all");
      assertEquals(List.of("text"), run(one, "s"));
    }
  }

  /** Behind messages without a Sync, whose answers decide whether it can be prepared. */
  @Test
  void executeOfSqlBehindABatchThatIsOpen() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      WireClient client = bed.client();
      parse(client, "s", "select 's'");
      for (String first : List.of("select 'first'", "select no_such_column")) {
        bed.replaceBackends();
        client.rows("begin");
        client.send(
            FrontendMessage.parse("", first),
            FrontendMessage.bind("", ""),
            FrontendMessage.execute("", 0),
            FrontendMessage.query("execute s"),
            FrontendMessage.sync());
        // A query behind an error is skipped, and has no ReadyForQuery of its own.
        boolean fails = first.contains("no_such");
        List<BackendMessage> answers = client.readReady(fails ? 1 : 2);
        assertEquals(fails ? List.of() : List.of("first", "s"), Answers.column(answers));
        client.rows("rollback");
      }
    }
  }

  /** On a backend that does not have it, where PostgreSQL refuses to parse it. */
  @Test
  void executeOfSqlInAFailedBlock() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      WireClient client = bed.client();
      parse(client, "s", "select 1");
      bed.replaceBackends();
      client.rows("begin");
      client.error("select no_such_column");
      assertEquals("25P02", client.error("execute s").sqlState());
      assertEquals("25P02", client.error("execute s").sqlState());
      client.rows("rollback");
      bed.replaceBackends();
      client.send(
          FrontendMessage.query("begin"),
          FrontendMessage.query("select no_such_column"),
          FrontendMessage.query("execute s"),
          FrontendMessage.query("rollback"),
          FrontendMessage.query("execute s"));
      List<BackendMessage> answers = client.readReady(5);
      assertEquals(
          List.of("42703", "25P02"),
          Answers.errors(answers).stream().map(ErrorResponse::sqlState).toList());
      assertEquals(List.of("1"), Answers.column(answers));
    }
  }

  /**
   * The backend lacks the statement and, in a failed block, refuses to parse it: the second batch
   * must not count on it, nor may the name that the backend would know it by come to light.
   */
  @Test
  void batchesOfOneWriteInAFailedBlock() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      WireClient client = bed.client();
      parse(client, "s", "select 1");
      bed.replaceBackends();
      client.rows("begin");
      client.error("select no_such_column");
      List<FrontendMessage> batch =
          List.of(
              FrontendMessage.bind("", "s"),
              FrontendMessage.execute("", 0),
              FrontendMessage.sync());
      client.send(Stream.concat(batch.stream(), batch.stream()).toList());
      List<String> states =
          Answers.errors(client.readReady(2)).stream().map(ErrorResponse::sqlState).toList();
      assertEquals(List.of("25P02", "25P02"), states);
      client.rows("rollback");
      client.send(batch);
      assertEquals(List.of("1"), Answers.column(Answers.good(client.readUntil('Z'))));
    }
  }

  @Test
  void aFailedParseLeavesNothingForOthers() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      WireClient one = bed.client();
      WireClient two = bed.client();
      for (WireClient client : List.of(one, two)) {
        client.send(FrontendMessage.parse("s", "select * from not_yet"), FrontendMessage.sync());
        assertEquals("42P01", Answers.error(client.readUntil('Z')).sqlState());
      }
      bed.admin().rows("create table not_yet (a int); grant all on not_yet to " + NAME);
      bed.admin().rows("insert into not_yet values (5)");
      parse(one, "s", "select * from not_yet");
      assertEquals(List.of("5"), run(one, "s"));
      two.send(FrontendMessage.bind("", "s"), FrontendMessage.sync());
      assertEquals("26000", Answers.error(two.readUntil('Z')).sqlState());
    }
  }

  /**
   * PostgreSQL refuses a plan whose result type has changed, for as long as the client does not
   * prepare it anew; whoever does has the new result, on every backend.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aChangedResultTypeHeals(int backends) {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = " + backends)) {
      bed.admin().rows("create table t (a int); insert into t values (1)");
      bed.admin().rows("grant all on t to " + NAME);
      WireClient client = bed.client();
      parse(client, "s", "select * from t");
      assertEquals(List.of("1"), run(client, "s"));
      bed.admin().rows("alter table t add column b text default 'new'");
      WireClient holder = bed.client();
      for (int attempt = 0; attempt < 4; attempt++) {
        if (backends > 1 && attempt % 2 == 1) {
          // Somebody has the backend that it was on: it is refused on the other one too.
          holder.rows("begin");
        }
        client.send(
            FrontendMessage.bind("", "s"), FrontendMessage.execute("", 0), FrontendMessage.sync());
        ErrorResponse error = Answers.error(client.readUntil('Z'));
        assertEquals("0A000", error.sqlState());
        assertEquals("cached plan must not change result type", error.message());
        if (backends > 1 && attempt % 2 == 1) {
          holder.rows("commit");
        }
      }
      parse(client, "anew", "select * from t");
      client.send(
          FrontendMessage.bind("", "anew"), FrontendMessage.execute("", 0), FrontendMessage.sync());
      assertEquals(List.of(List.of("1", "new")), Answers.rows(Answers.good(client.readUntil('Z'))));
      WireClient another = bed.client();
      parse(another, "s", "select * from t");
      another.send(
          FrontendMessage.bind("", "s"), FrontendMessage.execute("", 0), FrontendMessage.sync());
      assertEquals(
          List.of(List.of("1", "new")), Answers.rows(Answers.good(another.readUntil('Z'))));
    }
  }

  /**
   * PostgreSQL folds settings into a parsed statement: a statement is shared only by clients who
   * agree on them.
   */
  @Test
  void settingsThatAreFoldedInAreNotShared() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      String sql = "select '2024-06-01 12:00'::timestamptz = '2024-06-01 12:00+00'::timestamptz";
      WireClient utc = bed.client(bed.login().with("TimeZone", "UTC"));
      WireClient tokyo = bed.client(bed.login().with("TimeZone", "Asia/Tokyo"));
      for (WireClient client : List.of(utc, tokyo)) {
        parse(client, "s", sql);
      }
      for (int round = 0; round < 3; round++) {
        assertEquals(List.of("t"), run(utc, "s"));
        assertEquals(List.of("f"), run(tokyo, "s"));
      }
    }
  }

  @Test
  void searchPathIsFoldedIn() {
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 1")) {
      bed.admin()
          .rows(
              "create schema one; create schema two; create table one.t as select 'one' as name;"
                  + "create table two.t as select 'two' as name;"
                  + "grant usage on schema one, two to prepared_it;"
                  + "grant select on one.t, two.t to prepared_it");
      WireClient one = bed.client(bed.login().with("search_path", "one"));
      WireClient two = bed.client(bed.login().with("search_path", "two"));
      for (WireClient client : List.of(one, two)) {
        parse(client, "s", "select name from t");
      }
      for (int round = 0; round < 3; round++) {
        assertEquals(List.of("one"), run(one, "s"));
        assertEquals(List.of("two"), run(two, "s"));
      }
    }
  }

  /**
   * Pipelines of Parse, Bind, Execute, Describe, Close with and without Sync, on few backends, each
   * answer checked.
   */
  @Test
  void randomPipelinesOfManyClients() {
    long seed = System.nanoTime();
    try (TestBed bed = TestBed.start(postgres, NAME, "size = 3, prepared-statements = 4")) {
      List<WireClient> clients = new ArrayList<>();
      List<Random> randoms = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        clients.add(bed.client());
        randoms.add(new Random(seed + i));
        for (int s = 0; s < 5; s++) {
          parse(clients.get(i), "s" + s, "select 'client " + i + ", statement " + s + "'");
        }
      }
      for (int round = 0; round < 40; round++) {
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
          expected.add(sendPipeline(clients.get(i), i, randoms.get(i)));
        }
        for (int i = 0; i < clients.size(); i++) {
          List<BackendMessage> answers = Answers.good(clients.get(i).readUntil('Z'));
          assertEquals(expected.get(i), Answers.column(answers), "seed " + seed);
        }
      }
    }
  }

  private static List<String> sendPipeline(WireClient client, int number, Random random) {
    List<FrontendMessage> pipeline = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      int s = random.nextInt(5);
      String text = "select 'client " + number + ", statement " + s + "'";
      if (random.nextInt(4) == 0) {
        pipeline.add(FrontendMessage.closeStatement("s" + s));
        pipeline.add(FrontendMessage.parse("s" + s, text));
      }
      String name = "s" + s;
      if (random.nextInt(3) == 0) {
        pipeline.add(FrontendMessage.parse("", text));
        name = "";
      }
      if (random.nextBoolean()) {
        pipeline.add(FrontendMessage.describeStatement(name));
      }
      pipeline.add(FrontendMessage.bind("", name));
      pipeline.add(FrontendMessage.execute("", 0));
      expected.add("client " + number + ", statement " + s);
    }
    pipeline.add(FrontendMessage.sync());
    client.send(pipeline);
    return expected;
  }
}
