package dev.sluice.proxy.admin;

import static dev.sluice.proxy.admin.Column.count;
import static dev.sluice.proxy.admin.Column.text;

import dev.sluice.proxy.admin.data.StatsSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * SHOW STATS, STATS_TOTALS, STATS_AVERAGES and TOTALS: the same measures four times, under names
 * that differ from table to table in PgBouncer.
 */
final class StatsTables {
  private static final List<Measure> MEASURES =
      List.of(
          new Measure(
              StatsSnapshot::serverAssignments,
              StatsRates::serverAssignments,
              new Names(
                  "total_server_assignment_count",
                  "avg_server_assignment_count",
                  "server_assignment_count",
                  "server_assignment_count",
                  "server_assignment_count")),
          new Measure(
              StatsSnapshot::transactions,
              StatsRates::transactions,
              new Names(
                  "total_xact_count", "avg_xact_count", "xact_count", "xact_count", "xact_count")),
          new Measure(
              StatsSnapshot::queries,
              StatsRates::queries,
              new Names(
                  "total_query_count",
                  "avg_query_count",
                  "query_count",
                  "query_count",
                  "query_count")),
          new Measure(
              StatsSnapshot::bytesReceived,
              StatsRates::bytesReceived,
              new Names(
                  "total_received",
                  "avg_recv",
                  "bytes_received",
                  "bytes_received",
                  "client_bytes")),
          new Measure(
              StatsSnapshot::bytesSent,
              StatsRates::bytesSent,
              new Names("total_sent", "avg_sent", "bytes_sent", "bytes_sent", "server_bytes")),
          new Measure(
              StatsSnapshot::transactionMicros,
              StatsRates::transactionMicros,
              new Names("total_xact_time", "avg_xact_time", "xact_time", "xact_time", "xact_time")),
          new Measure(
              StatsSnapshot::queryMicros,
              StatsRates::queryMicros,
              new Names(
                  "total_query_time", "avg_query_time", "query_time", "query_time", "query_time")),
          new Measure(
              StatsSnapshot::waitMicros,
              StatsRates::waitMicros,
              new Names("total_wait_time", "avg_wait_time", "wait_time", "wait_time", "wait_time")),
          new Measure(
              StatsSnapshot::clientParses,
              StatsRates::clientParses,
              new Names(
                  "total_client_parse_count",
                  "avg_client_parse_count",
                  "client_parse_count",
                  "avg_client_parse_count",
                  "ps_client_parse_count")),
          new Measure(
              StatsSnapshot::serverParses,
              StatsRates::serverParses,
              new Names(
                  "total_server_parse_count",
                  "avg_server_parse_count",
                  "server_parse_count",
                  "avg_server_parse_count",
                  "ps_server_parse_count")),
          new Measure(
              StatsSnapshot::binds,
              StatsRates::binds,
              new Names(
                  "total_bind_count",
                  "avg_bind_count",
                  "bind_count",
                  "avg_bind_count",
                  "ps_bind_count")));

  static final ConsoleTable<Row> STATS =
      new ConsoleTable<>("stats", statsColumns(), StatsTables::rows);
  static final ConsoleTable<Row> TOTALS_ONLY =
      new ConsoleTable<>("stats_totals", totalsColumns(), StatsTables::rows);
  static final ConsoleTable<Row> AVERAGES_ONLY =
      new ConsoleTable<>("stats_averages", averagesColumns(), StatsTables::rows);
  static final ConsoleTable<Sum> TOTALS =
      new ConsoleTable<>(
          "totals",
          List.of(text("name", Sum::name), count("value", Sum::value)),
          StatsTables::sums);

  private StatsTables() {}

  /** One database. */
  record Row(StatsSnapshot totals, StatsRates averages) {}

  /** One measure over all databases. */
  record Sum(String name, long value) {}

  private record Measure(
      ToLongFunction<StatsSnapshot> total, ToLongFunction<StatsRates> average, Names names) {}

  /**
   * What a measure is called.
   *
   * @param total in SHOW STATS
   * @param average in SHOW STATS
   * @param inTotals in SHOW STATS_TOTALS
   * @param inAverages in SHOW STATS_AVERAGES
   * @param inSums in SHOW TOTALS, behind {@code total_} and {@code avg_}
   */
  private record Names(
      String total, String average, String inTotals, String inAverages, String inSums) {}

  private static List<Column<Row>> statsColumns() {
    List<Column<Row>> columns = new ArrayList<>();
    columns.add(databaseColumn());
    for (Measure measure : MEASURES) {
      columns.add(totalColumn(measure.names().total(), measure));
    }
    for (Measure measure : MEASURES) {
      columns.add(averageColumn(measure.names().average(), measure));
    }
    return List.copyOf(columns);
  }

  private static List<Column<Row>> totalsColumns() {
    List<Column<Row>> columns = new ArrayList<>();
    columns.add(databaseColumn());
    for (Measure measure : MEASURES) {
      columns.add(totalColumn(measure.names().inTotals(), measure));
    }
    return List.copyOf(columns);
  }

  private static List<Column<Row>> averagesColumns() {
    List<Column<Row>> columns = new ArrayList<>();
    columns.add(databaseColumn());
    for (Measure measure : MEASURES) {
      columns.add(averageColumn(measure.names().inAverages(), measure));
    }
    return List.copyOf(columns);
  }

  private static Column<Row> databaseColumn() {
    return text("database", row -> row.totals().database());
  }

  private static Column<Row> totalColumn(String name, Measure measure) {
    return count(name, row -> measure.total().applyAsLong(row.totals()));
  }

  private static Column<Row> averageColumn(String name, Measure measure) {
    return count(name, row -> measure.average().applyAsLong(row.averages()));
  }

  private static List<Row> rows(CommandContext context) {
    return context.data().stats().stream()
        .map(totals -> new Row(totals, context.averages().of(totals.database())))
        .toList();
  }

  private static List<Sum> sums(CommandContext context) {
    StatsSnapshot totals = StatsAverages.sum(context.data().stats());
    StatsRates averages = context.averages().overall();
    List<Sum> sums = new ArrayList<>();
    for (Measure measure : MEASURES) {
      sums.add(new Sum("total_" + measure.names().inSums(), measure.total().applyAsLong(totals)));
    }
    for (Measure measure : MEASURES) {
      sums.add(new Sum("avg_" + measure.names().inSums(), measure.average().applyAsLong(averages)));
    }
    return sums;
  }
}
