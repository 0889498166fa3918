package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Columns and rows of every table. Order, names and types are what exporters and dashboards read.
 */
class ConsoleTablesTest {
  private static final String CONNECTION =
      "type s, user s, database s, replication s, state s, addr s, port i, local_addr s,"
          + " local_port i, connect_time s, request_time s, wait i, wait_us i, close_needed i,"
          + " ptr s, link s, remote_pid i, tls s, application_name s, prepared_statements i, id i";

  /** PgBouncer 1.25.2: s text, i int4, N numeric. */
  private static final Map<String, String> COLUMNS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "STATS",
                  "database s, total_server_assignment_count N, total_xact_count N,"
                      + " total_query_count N, total_received N, total_sent N, total_xact_time N,"
                      + " total_query_time N, total_wait_time N, total_client_parse_count N,"
                      + " total_server_parse_count N, total_bind_count N,"
                      + " avg_server_assignment_count N, avg_xact_count N, avg_query_count N,"
                      + " avg_recv N, avg_sent N, avg_xact_time N, avg_query_time N,"
                      + " avg_wait_time N, avg_client_parse_count N, avg_server_parse_count N,"
                      + " avg_bind_count N"),
              Map.entry(
                  "STATS_TOTALS",
                  "database s, server_assignment_count N, xact_count N, query_count N,"
                      + " bytes_received N, bytes_sent N, xact_time N, query_time N, wait_time N,"
                      + " client_parse_count N, server_parse_count N, bind_count N"),
              Map.entry(
                  "STATS_AVERAGES",
                  "database s, server_assignment_count N, xact_count N, query_count N,"
                      + " bytes_received N, bytes_sent N, xact_time N, query_time N, wait_time N,"
                      + " avg_client_parse_count N, avg_server_parse_count N, avg_bind_count N"),
              Map.entry("TOTALS", "name s, value N"),
              Map.entry(
                  "POOLS",
                  "database s, user s, cl_active i, cl_waiting i, cl_active_cancel_req i,"
                      + " cl_waiting_cancel_req i, sv_active i, sv_active_cancel i,"
                      + " sv_being_canceled i, sv_idle i, sv_used i, sv_tested i, sv_login i,"
                      + " maxwait i, maxwait_us i, pool_mode s, load_balance_hosts s"),
              Map.entry("CLIENTS", CONNECTION),
              Map.entry("SERVERS", CONNECTION),
              Map.entry("SOCKETS", socketColumns()),
              Map.entry("ACTIVE_SOCKETS", socketColumns()),
              Map.entry(
                  "DATABASES",
                  "name s, host s, port i, database s, force_user s, pool_size i,"
                      + " min_pool_size i, reserve_pool_size i, server_lifetime i, pool_mode s,"
                      + " load_balance_hosts s, max_connections i, current_connections i,"
                      + " max_client_connections i, current_client_connections i, paused i,"
                      + " disabled i"),
              Map.entry(
                  "USERS",
                  "name s, pool_size s, reserve_pool_size s, pool_mode s, max_user_connections i,"
                      + " current_connections i, max_user_client_connections i,"
                      + " current_client_connections i"),
              Map.entry("LISTS", "list s, items i"),
              Map.entry(
                  "NODES",
                  "database s, node s, role s, state s, reason s, staleness_ms N, lag_bytes N,"
                      + " tick N, timeline N, replay_lsn s, backends_active i, backends_idle i,"
                      + " transactions N, errors N, last_probe_ms N"),
              Map.entry(
                  "PINS",
                  "client_id i, user s, database s, node s, reason s, since s, statement s"),
              Map.entry("CONFIG", "key s, value s, default s, changeable s"),
              Map.entry("STATE", "key s, value s"),
              Map.entry("VERSION", "version s"),
              Map.entry("MEM", "name s, size i, used i, free i, memtotal i")));

  private static String socketColumns() {
    return CONNECTION
        + ", recv_pos i, pkt_pos i, pkt_remain i, send_pos i, send_remain i, pkt_avail i,"
        + " send_avail i";
  }

  static List<String> tables() {
    return List.copyOf(COLUMNS.keySet());
  }

  private final TestClient client = new TestClient(ConsoleRole.STATS);

  @Test
  void theTableOfColumnsIsComplete() {
    assertEquals(tables(), ConsoleTables.names().stream().sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void columnsAreThoseOfPgBouncer(String table) {
    List<String> expected = new ArrayList<>();
    for (String column : COLUMNS.getOrDefault(table, "").split(", ", -1)) {
      String name = column.substring(0, column.length() - 2);
      expected.add(
          name
              + switch (column.charAt(column.length() - 1)) {
                case 's' -> ":25:-1:0";
                case 'i' -> ":23:4:0";
                case 'N' -> ":1700:-1:0";
                default -> throw new AssertionError(column);
              });
    }
    List<String> answer = client.query("SHOW " + table);
    assertEquals("T " + String.join("|", expected), answer.getFirst());
    assertEquals("C SHOW", answer.get(answer.size() - 2));
    assertEquals("Z I", answer.getLast());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyRowCanBeBinary(String table) {
    List<String> answer =
        client.send(
            TestClient.parse("", "SHOW " + table),
            TestClient.bind("", "", 1),
            TestClient.execute("", 0),
            TestClient.sync());
    assertEquals(List.of("1", "2"), answer.subList(0, 2));
    assertTrue(answer.get(2).startsWith("D "), answer::toString);
    assertEquals(List.of("C SHOW", "Z I"), answer.subList(answer.size() - 2, answer.size()));
  }

  @Test
  void pools() {
    assertEquals(
        List.of(
            "D app|alice|1|2|3|4|5|6|7|8|9|10|11|12|345678|transaction|NULL",
            "D sluice|sre|1|0|0|0|0|0|0|0|0|0|0|0|0|statement|NULL"),
        rows("SHOW POOLS"));
  }

  @Test
  void clientsAndServersPointAtEachOther() {
    String middle =
        "|192.0.2.1|40000|192.0.2.2|6432|2026-01-02 04:04:05 CET|2026-07-02 05:04:06 CEST|";
    String tls = "|4711|TLSv1.3/TLS_AES_256_GCM_SHA384|";
    assertEquals(
        List.of(
            "D C|alice|app|none|active" + middle + "0|0|0|0x64|0xc8" + tls + "app ü|17|100",
            "D C|alice|app|none|waiting" + middle + "1|500000|0|0x65|" + tls + "app ü|17|101",
            "D C|alice|app|none|idle" + middle + "0|0|0|0x66|" + tls + "app ü|17|102"),
        rows("SHOW CLIENTS"));
    assertEquals(
        List.of(
            "D S|alice|app|none|active" + middle + "0|0|0|0xc8|0x64" + tls + "|17|200",
            "D S|alice|app|none|new" + middle + "0|0|1|0xc9|" + tls + "|17|201"),
        rows("SHOW SERVERS"));
  }

  @Test
  void socketsAreClientsAndServers() {
    assertEquals(
        List.of(
            "D C|cl_active|100|18|19",
            "D C|cl_waiting|101|18|19",
            "D C|cl_active|102|18|19",
            "D S|sv_active|200|18|19",
            "D S|sv_login|201|18|19"),
        rows("SHOW SOCKETS type, state, id, pkt_avail, send_avail"));
  }

  @Test
  void databasesAndUsers() {
    assertEquals(
        List.of("D app|db1.internal|5432|app_v2|app_login|20|1|2|3600|session|NULL|30|3|40|4|1|0"),
        rows("SHOW DATABASES"));
    assertEquals(
        List.of("D alice|NULL|NULL|NULL|1|2|3|4", "D bob|5|6|session|7|8|9|10"),
        rows("SHOW USERS"));
  }

  @Test
  void totals() {
    assertEquals(
        List.of(
            "D app|1|2|3|4|5|6|7|8|9|10|11", "D other|10|20|30|40|50|60|70|80|90|100|10000000000"),
        rows("SHOW STATS_TOTALS"));
    assertEquals(
        List.of(
            "D total_server_assignment_count|11",
            "D total_xact_count|22",
            "D total_query_count|33",
            "D total_client_bytes|44",
            "D total_server_bytes|55",
            "D total_xact_time|66",
            "D total_query_time|77",
            "D total_wait_time|88",
            "D total_ps_client_parse_count|99",
            "D total_ps_server_parse_count|110",
            "D total_ps_bind_count|10000000011",
            "D avg_server_assignment_count|0",
            "D avg_xact_count|0",
            "D avg_query_count|0",
            "D avg_client_bytes|0",
            "D avg_server_bytes|0",
            "D avg_xact_time|0",
            "D avg_query_time|0",
            "D avg_wait_time|0",
            "D avg_ps_client_parse_count|0",
            "D avg_ps_server_parse_count|0",
            "D avg_ps_bind_count|0"),
        rows("SHOW TOTALS"));
  }

  @Test
  void averagesComeFromTheLastTwoSamples() {
    SampleData data = new SampleData();
    StatsAverages averages = new StatsAverages();
    averages.sample(List.of(), 0);
    averages.sample(data.stats(), 2_000_000_000L);
    TestClient sampled =
        new TestClient(new Console(data, averages).open("sre", "sluice", ConsoleRole.STATS));
    assertEquals(
        "D app|1|2|3|4|5|6|7|8|9|10|11|0|1|1|2|2|3|2|8|4|5|5", sampled.query("SHOW STATS").get(1));
    assertEquals("D app|0|1|1|2|2|3|2|8|4|5|5", sampled.query("SHOW STATS_AVERAGES").get(1));
    assertEquals(
        "D other|5|10|15|20|25|3|2|8|45|50|5000000000",
        sampled.query("SHOW STATS_AVERAGES").get(2));
    assertTrue(sampled.query("SHOW TOTALS").contains("D avg_xact_count|11"));
  }

  @Test
  void theProcess() {
    assertEquals(List.of("D Sluice 0.1.0"), rows("SHOW VERSION"));
    assertEquals(List.of("D active|yes", "D paused|no", "D suspended|no"), rows("SHOW STATE"));
    assertEquals(List.of("D buffers|1|2|3|2147483647"), rows("SHOW MEM"));
    assertEquals(
        List.of(
            "D databases|1",
            "D users|2",
            "D peers|3",
            "D pools|4",
            "D peer_pools|5",
            "D free_clients|6",
            "D used_clients|7",
            "D login_clients|8",
            "D free_servers|9",
            "D used_servers|10",
            "D dns_names|11",
            "D dns_zones|12",
            "D dns_queries|13",
            "D dns_pending|14"),
        rows("SHOW LISTS"));
  }

  @Test
  void pgbouncersKeysAreShownInItsDatabase() {
    List<String> own =
        List.of("D client.max-connections|500|10000|yes", "D unix-socket-dir|NULL|NULL|no");
    assertEquals(own, rows("SHOW CONFIG"));
    TestClient pgbouncer = new TestClient(new SampleData(), ConsoleRole.STATS, "pgbouncer");
    assertTrue(pgbouncer.query("SHOW CONFIG").contains("D max_client_conn|500|10000|yes"));
  }

  private List<String> rows(String query) {
    return client.query(query).stream().filter(message -> message.startsWith("D ")).toList();
  }
}
