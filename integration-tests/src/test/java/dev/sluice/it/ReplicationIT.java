package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.CopyData;
import dev.sluice.it.wire.Bytes;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A replication connection has a backend of its own, whatever the pool's mode. */
@ExtendWith(PostgresServers.Extension.class)
class ReplicationIT {
  private static final String SLOT = "replication_it_slot";

  private final PostgresServer postgres;
  private final TestBed bed;
  private final Login logical;

  ReplicationIT(PostgresServers servers) {
    postgres = servers.newest();
    bed = TestBed.start(postgres, "replication_it", "size = 1");
    bed.admin().rows("alter role replication_it replication");
    bed.admin().rows("create table t (id int primary key); create publication p for table t");
    bed.admin().rows("grant all on t to replication_it");
    logical = bed.login().with("replication", "database");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void answersReplicationCommandsAndSql() {
    WireClient client = bed.client(logical);
    List<List<String>> system = client.rows("IDENTIFY_SYSTEM");
    assertEquals("replication_it", system.getFirst().getLast());
    assertEquals("1", client.value("select 1"));
    assertEquals("logical", client.value("show wal_level"));
  }

  @Test
  void physicalReplicationHasNoDatabase() {
    WireClient client = bed.client(bed.login().with("replication", "true"));
    assertEquals("NULL", client.rows("IDENTIFY_SYSTEM").getFirst().getLast());
    assertEquals("1GB".isEmpty(), client.rows("SHOW wal_segment_size").isEmpty());
  }

  @Test
  void takesNoBackendOfThePool() {
    WireClient replication = bed.client(logical);
    replication.rows("IDENTIFY_SYSTEM");
    WireClient ordinary = bed.client();
    ordinary.rows("begin");
    replication.rows("IDENTIFY_SYSTEM");
    ordinary.rows("commit");
  }

  @Test
  void itsBackendEndsWithIt() {
    WireClient replication = WireClient.login(bed.address(), logical);
    replication.rows("IDENTIFY_SYSTEM");
    assertEquals(1, walSenders());
    replication.close();
    Await.until(() -> walSenders() == 0, () -> walSenders() + " walsenders");
  }

  private int walSenders() {
    return Integer.parseInt(
        bed.admin()
            .value(
                "select count(*) from pg_stat_activity where backend_type = 'walsender'"
                    + " and usename = 'replication_it'"));
  }

  /** Both directions at once, until the client ends it. */
  @Test
  void streamsLogicalChanges() {
    WireClient replication = bed.client(logical);
    replication.rows("CREATE_REPLICATION_SLOT " + SLOT + " TEMPORARY LOGICAL pgoutput");
    replication.send(
        FrontendMessage.query(
            "START_REPLICATION SLOT "
                + SLOT
                + " LOGICAL 0/0 (proto_version '1', publication_names 'p')"));
    assertEquals('W', replication.readUntil('W').getLast().tag());
    WireClient ordinary = bed.client();
    ordinary.rows("insert into t values (4711)");
    List<BackendMessage> changes =
        replication.readUntil(
            message -> message instanceof CopyData data && data.data().text().contains("4711"));
    assertTrue(changes.getLast() instanceof CopyData);
    replication.send(FrontendMessage.copyData(standbyStatus()));
    assertEquals("1", ordinary.value("select 1"));
    replication.send(FrontendMessage.copyDone());
    List<BackendMessage> end = replication.readUntil('Z');
    assertFalse(Answers.commands(end).isEmpty());
    assertEquals("replication_it", replication.rows("IDENTIFY_SYSTEM").getFirst().getLast());
  }

  @Test
  void streamsWal() {
    WireClient replication = bed.client(bed.login().with("replication", "true"));
    String position = replication.rows("IDENTIFY_SYSTEM").getFirst().get(2);
    String segmentStart = position.substring(0, position.indexOf('/') + 1) + "0";
    replication.send(
        FrontendMessage.query("START_REPLICATION PHYSICAL " + flooredTo16MiB(position)));
    List<BackendMessage> first = replication.readUntil('d');
    assertTrue(first.getLast() instanceof CopyData, () -> first + " from " + segmentStart);
    replication.send(FrontendMessage.copyDone());
    Answers.good(replication.readUntil('Z'));
  }

  @Test
  void isRefusedWhereTheOperatorSaysSo() {
    SluiceConf conf = SluiceConf.trusting().with("session { replication = reject }");
    try (TestBed refusing = TestBed.start(postgres, "replication_off_it", conf);
        WireClient client = WireClient.open(refusing.address())) {
      List<BackendMessage> answers =
          client.tryLogin(refusing.login().with("replication", "database"));
      assertEquals("0A000", Answers.error(answers).sqlState());
      assertEquals("FATAL", Answers.error(answers).severity());
    }
  }

  private static String flooredTo16MiB(String position) {
    int slash = position.indexOf('/');
    long low = Long.parseLong(position.substring(slash + 1), 16) & ~0xffffffL;
    return position.substring(0, slash + 1) + Long.toHexString(low);
  }

  /**
   * Standby status update: everything up to 0/0 is written, flushed and applied; no answer wanted.
   */
  private static Bytes standbyStatus() {
    byte[] body = new byte[34];
    body[0] = 'r';
    return Bytes.of(body);
  }
}
