package dev.sluice.proxy.cluster;

import java.sql.ResultSet;
import java.sql.SQLException;

/** The one question that every server is asked, whatever its role. */
final class ProbeQuery {
  /**
   * Every user may run it. Which timeline a replica receives is told only to members of {@code
   * pg_read_all_stats}; for others the control file says which timeline the last restart point was
   * on, which lags behind a promotion and so errs on the safe side. On a primary the control file
   * lags as well, the name of the file that it writes does not.
   *
   * <p>The flush position comes first, so that it is never the newer one.
   */
  static final String SQL =
      """
      WITH server AS MATERIALIZED (SELECT pg_is_in_recovery() AS recovering)
      SELECT recovering,
        (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
        (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::int8 AS started,
        host(inet_server_addr()) AS address,
        inet_server_port() AS port,
        current_setting('wal_block_size')::int4 AS block_size,
        pg_size_bytes(current_setting('wal_segment_size')) AS segment_size,
        CASE WHEN NOT recovering THEN (pg_current_wal_flush_lsn() - '0/0')::int8 END AS flushed,
        CASE WHEN NOT recovering THEN (pg_current_wal_insert_lsn() - '0/0')::int8 END AS inserted,
        CASE WHEN recovering THEN (pg_last_wal_replay_lsn() - '0/0')::int8 END AS replayed,
        CASE WHEN recovering THEN pg_is_wal_replay_paused() END AS paused,
        CASE WHEN NOT recovering
          THEN substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
          ELSE coalesce(
            (SELECT lpad(to_hex(received_tli), 8, '0') FROM pg_stat_wal_receiver),
            (SELECT lpad(to_hex(greatest(c.timeline_id, r.min_recovery_end_timeline)), 8, '0')
              FROM pg_control_checkpoint() c, pg_control_recovery() r))
        END AS timeline
      FROM server
      """;

  private ProbeQuery() {}

  static ServerReading read(ResultSet row, long asked, long answered, long generation)
      throws SQLException {
    String timeline = row.getString("timeline");
    ServerReading.Position position =
        row.getBoolean("recovering")
            ? new ServerReading.Replaying(row.getLong("replayed"), row.getBoolean("paused"))
            : new ServerReading.Writing(row.getLong("inserted"), row.getLong("flushed"));
    return new ServerReading(
        new ServerIdentity(
            row.getLong("system_identifier"),
            row.getLong("started"),
            row.getString("address"),
            row.getInt("port")),
        timeline == null ? 0 : Integer.parseUnsignedInt(timeline, 16),
        position,
        new WalGeometry(row.getInt("block_size"), row.getLong("segment_size")),
        asked,
        answered,
        generation);
  }
}
