package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Transaction blocks behave as PostgreSQL's, as far as a client can tell. */
class TransactionTest {
  private static final String ABORTED =
      "E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction"
          + " block";

  private final TestClient client = new TestClient(ConsoleRole.STATS);

  @Test
  void aBlockIsReportedUntilItEnds() {
    assertEquals(List.of("C BEGIN", "Z T"), client.query("BEGIN"));
    assertEquals("Z T", client.query("SHOW VERSION").getLast());
    assertEquals(List.of("C COMMIT", "Z I"), client.query("COMMIT"));
    assertEquals(
        List.of("C START TRANSACTION", "Z T"),
        client.query("START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, NOT DEFERRABLE"));
    assertEquals(List.of("C ROLLBACK", "Z I"), client.query("ABORT WORK"));
    assertEquals(List.of("C BEGIN", "C COMMIT", "Z I"), client.query("BEGIN; END TRANSACTION"));
  }

  @Test
  void aFailedBlockRefusesEverythingButItsEnd() {
    client.query("BEGIN");
    assertEquals("Z E", client.query("nonsense").getLast());
    assertEquals(List.of(ABORTED, "Z E"), client.query("SHOW VERSION"));
    assertEquals(List.of("I", "Z E"), client.query(""));
    assertEquals(List.of(ABORTED, "Z E"), client.query("BEGIN"));
    assertEquals(
        List.of(ABORTED, "Z E"),
        client.send(TestClient.parse("", "SHOW VERSION"), TestClient.sync()));
    assertEquals(List.of("C ROLLBACK", "Z I"), client.query("COMMIT"));
    assertEquals("Z I", client.query("SHOW VERSION").getLast());
  }

  @Test
  void anErrorStopsTheStringThatItIsIn() {
    assertEquals(
        List.of("C BEGIN", "E ERROR 26000 prepared statement \"x\" does not exist", "Z E"),
        client.query("BEGIN; DEALLOCATE x; ROLLBACK"));
  }

  @Test
  void savepointsBringAFailedBlockBack() {
    client.query("BEGIN; SAVEPOINT a; SAVEPOINT b");
    assertEquals("Z E", client.query("nonsense").getLast());
    assertEquals(List.of(ABORTED, "Z E"), client.query("RELEASE a"));
    assertEquals(List.of("C ROLLBACK", "Z T"), client.query("ROLLBACK TO SAVEPOINT a"));
    assertEquals(
        List.of("E ERROR 3B001 savepoint \"b\" does not exist", "Z E"),
        client.query("ROLLBACK TO b"));
    assertEquals(
        List.of("C ROLLBACK", "C RELEASE", "Z T"), client.query("ROLLBACK TO a; RELEASE a"));
    assertEquals(
        "E ERROR 3B001 savepoint \"a\" does not exist", client.query("RELEASE a").getFirst());
  }

  @Test
  void chainBeginsTheNextBlock() {
    client.query("BEGIN");
    assertEquals(List.of("C COMMIT", "Z T"), client.query("COMMIT AND CHAIN"));
    assertEquals(List.of("C ROLLBACK", "Z I"), client.query("ROLLBACK AND NO CHAIN"));
    assertEquals(
        "E ERROR 25P01 COMMIT AND CHAIN can only be used in transaction blocks",
        client.query("COMMIT AND CHAIN").getFirst());
  }

  @Test
  void whatDoesNotFitTheStateWarnsOrFails() {
    assertEquals(
        List.of("N WARNING 25P01 there is no transaction in progress", "C COMMIT", "Z I"),
        client.query("COMMIT"));
    assertEquals(
        "E ERROR 25P01 SAVEPOINT can only be used in transaction blocks",
        client.query("SAVEPOINT a").getFirst());
    client.query("BEGIN");
    assertEquals(
        List.of("N WARNING 25001 there is already a transaction in progress", "C BEGIN", "Z T"),
        client.query("BEGIN"));
    assertEquals(
        "E ERROR 25001 DISCARD ALL cannot run inside a transaction block",
        client.query("DISCARD ALL").getFirst());
  }

  @Test
  void savepointsAreBounded() {
    client.query("BEGIN");
    List<String> answer =
        client.query("SAVEPOINT s;".repeat(ConsoleTransaction.MAX_SAVEPOINTS + 1));
    assertTrue(
        answer
            .get(ConsoleTransaction.MAX_SAVEPOINTS)
            .startsWith("E ERROR 53400 a console session may have at most 1000 savepoints"));
  }
}
