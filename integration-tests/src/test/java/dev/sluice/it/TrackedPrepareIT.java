package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage.ErrorResponse;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.WireClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SQL's PREPARE follows its client from backend to backend: {@code session.prepare = track}. */
@ExtendWith(PostgresServers.Extension.class)
class TrackedPrepareIT {
  private final TestBed bed;

  TrackedPrepareIT(PostgresServers servers) {
    bed =
        TestBed.start(
            servers.newest(),
            "tracked_it",
            SluiceConf.trusting()
                .with("pool { size = 1 }")
                .with("session { prepare = track, audit = close }"));
    bed.admin()
        .rows(
            "create schema other; create table item as select 'public' as whose;"
                + "create table other.item as select 'other' as whose;"
                + "grant usage on schema other to tracked_it;"
                + "grant all on item, other.item to tracked_it");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** The state of the session is asked for behind the answer: then the backend is free again. */
  private void replaceBackends() {
    try (WireClient other = WireClient.login(bed.address(), bed.login())) {
      other.value("select 1");
    }
    bed.replaceBackends();
  }

  private static void runExtended(WireClient client, String sql) {
    client.send(
        FrontendMessage.parse("", sql),
        FrontendMessage.bind("", ""),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
  }

  private static String extended(WireClient client, String sql) {
    runExtended(client, sql);
    List<String> column = Answers.column(Answers.good(client.readUntil('Z')));
    return column.isEmpty() ? "" : column.getFirst();
  }

  /** The only backend is free for others all the while. */
  @Test
  void itFollowsItsClient() {
    WireClient client = bed.client();
    WireClient other = bed.client();
    client.rows("prepare p (int, text) as select $1 * 2 || $2");
    assertEquals("1", other.value("select 1"));
    assertEquals("42x", client.value("execute p(21, 'x')"));
    replaceBackends();
    assertEquals("42x", client.value("execute p(21, 'x')"));
    replaceBackends();
    assertEquals("8y", extended(client, "execute p(4, 'y')"));
    assertEquals("26000", other.error("execute p").sqlState());
    client.rows("deallocate p");
    assertEquals("26000", client.error("execute p").sqlState());
    assertEquals("26000", client.error("deallocate p").sqlState());
  }

  @Test
  void theExtendedProtocolPreparesToo() {
    WireClient client = bed.client();
    extended(client, "prepare \"Odd name\" as select 'odd' /* as */");
    assertEquals("odd", client.value("execute \"Odd name\""));
    replaceBackends();
    assertEquals("odd", extended(client, "execute \"Odd name\""));
    extended(client, "deallocate \"Odd name\"");
    assertEquals("26000", client.error("execute \"Odd name\"").sqlState());
  }

  /** The names of SQL's statements and of the protocol's are the same names. */
  @Test
  void theProtocolSeesIt() {
    WireClient client = bed.client();
    client.rows("prepare p as select 7 * $1::int");
    replaceBackends();
    client.send(
        FrontendMessage.describeStatement("p"),
        FrontendMessage.bind("", "p", "6"),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    assertEquals(List.of("42"), Answers.column(Answers.good(client.readUntil('Z'))));
    client.send(FrontendMessage.parse("p", "select 1"), FrontendMessage.sync());
    assertTaken(Answers.error(client.readUntil('Z')));
    client.send(FrontendMessage.closeStatement("p"), FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
    assertEquals("26000", client.error("execute p").sqlState());
    client.send(FrontendMessage.parse("p", "select 'protocol'"), FrontendMessage.sync());
    Answers.good(client.readUntil('Z'));
    assertTaken(client.error("prepare p as select 1"));
    runExtended(client, "prepare p as select 1");
    assertTaken(Answers.error(client.readUntil('Z')));
    assertEquals("protocol", client.value("execute p"));
  }

  private static void assertTaken(ErrorResponse error) {
    assertEquals("42P05", error.sqlState());
    assertEquals("prepared statement \"p\" already exists", error.message());
  }

  @Test
  void eachClientHasItsOwn() {
    WireClient one = bed.client();
    WireClient two = bed.client();
    one.rows("prepare p as select 'one'");
    two.rows("prepare p as select 'two'");
    two.rows("prepare q as select 'one'");
    for (int i = 0; i < 2; i++) {
      assertEquals("one", one.value("execute p"));
      assertEquals("two", two.value("execute p"));
      assertEquals("one", two.value("execute q"));
      replaceBackends();
    }
    one.rows("deallocate all");
    assertEquals("26000", one.error("execute p").sqlState());
    assertEquals("two", two.value("execute p"));
    two.rows("discard all");
    assertEquals("26000", two.error("execute p").sqlState());
    one.rows("prepare p as select 'again'");
    assertEquals("again", one.value("execute p"));
  }

  /** PostgreSQL keeps what a transaction prepared that was rolled back. */
  @Test
  void transactionsDoNotMatter() {
    WireClient client = bed.client();
    client.rows("begin");
    client.rows("prepare p as select 'kept'");
    client.rows("rollback");
    replaceBackends();
    assertEquals("kept", client.value("execute p"));
    replaceBackends();
    client.rows("begin");
    client.error("select no_such_column");
    assertEquals("25P02", client.error("execute p").sqlState());
    assertEquals("25P02", client.error("prepare q as select 1").sqlState());
    client.rows("rollback");
    assertEquals("26000", client.error("execute q").sqlState());
    assertEquals("42703", client.error("prepare r as select no_such_column").sqlState());
    assertEquals("26000", client.error("execute r").sqlState());
    assertEquals("kept", client.value("execute p"));
  }

  /** An open portal of the client's is not disturbed by what is prepared ahead. */
  @Test
  void aPortalStaysOpenMeanwhile() {
    WireClient client = bed.client();
    client.rows("prepare p as select 'p'");
    replaceBackends();
    client.send(
        FrontendMessage.parse("", "select 'portal'"),
        FrontendMessage.bind("", ""),
        FrontendMessage.describeStatement("p"),
        FrontendMessage.execute("", 0),
        FrontendMessage.sync());
    assertEquals(List.of("portal"), Answers.column(Answers.good(client.readUntil('Z'))));
  }

  @Test
  void namesAreResolvedAsWhenItWasPrepared() {
    WireClient client = bed.client();
    WireClient other = bed.client();
    client.rows("set search_path = other");
    client.rows("prepare p as select whose from item");
    other.rows("prepare p as select whose from item");
    assertEquals("public", other.value("execute p"));
    assertEquals("other", client.value("execute p"));
    replaceBackends();
    assertEquals("public", other.value("execute p"));
    assertEquals("other", client.value("execute p"));
  }

  /** What it leaves is found as if it had been sent itself. */
  @Test
  void whatItDoesCounts() {
    WireClient client = bed.client();
    WireClient other = bed.client();
    client.rows("prepare p as select set_config('work_mem', '9MB', false)");
    client.rows("execute p");
    assertEquals("4MB", other.value("show work_mem"));
    assertEquals("9MB", client.value("show work_mem"));
  }

  /** The client's text is shorter than what PostgreSQL gets. */
  @Test
  void errorsPointIntoTheClientsText() {
    WireClient client = bed.client();
    String sql = "prepare \"Größe\" as select no_such_column";
    String position = Integer.toString(sql.indexOf("no_such") + 1);
    assertEquals(position, client.error(sql).fields().get('P'));
    runExtended(client, sql);
    assertEquals(position, Answers.error(client.readUntil('Z')).fields().get('P'));
    client.rows("prepare p (int) as select $1");
    assertEquals(
        "wrong number of parameters for prepared statement \"p\"",
        client.error("execute p").message());
    runExtended(client, "execute p");
    assertEquals(
        "wrong number of parameters for prepared statement \"p\"",
        Answers.error(client.readUntil('Z')).message());
    String execute = "execute p(no_such_column)";
    assertEquals(
        Integer.toString(execute.indexOf("no_such") + 1), client.error(execute).fields().get('P'));
  }

  /** Where the name cannot be replaced the client keeps its backend, until it is gone. */
  @Test
  void whatCannotBeTrackedPins() {
    WireClient client = bed.client();
    WireClient operator = WireClient.login(bed.address(), SluiceConf.OPERATOR);
    try (operator) {
      for (String sql :
          List.of(
              "prepare p as select 1; select 2",
              "do 'begin execute ''prepare p as select 1''; end'")) {
        Answers.good(client.simple(sql));
        Await.until(() -> operator.rows("show pins").size() == 1, () -> "not pinned by: " + sql);
        assertEquals("1", client.value("execute p"));
        client.rows("deallocate p");
        Await.until(() -> operator.rows("show pins").isEmpty(), () -> "pinned after: " + sql);
      }
      // What is tracked already is there as well, by its own name.
      client.rows("prepare \"Odd \"\"one\" as select 'odd'");
      assertEquals("1", bed.client().value("select 1"));
      Answers.good(client.simple("prepare p as select 1; execute \"Odd \"\"one\""));
      Await.until(() -> operator.rows("show pins").size() == 1, () -> "not pinned");
      assertEquals("odd", client.value("execute \"Odd \"\"one\""));
      client.rows("deallocate p");
      client.rows("deallocate \"Odd \"\"one\"");
      Await.until(() -> operator.rows("show pins").isEmpty(), () -> "pinned");
      client.rows("prepare p as select 1");
      assertEquals("1", bed.client().value("select 1"));
      assertEquals(List.of(), operator.rows("show pins"));
    }
  }
}
