package dev.sluice.it.cluster;

import dev.sluice.it.PostgresServers;
import dev.sluice.quickstart.EmbeddedPostgres;
import dev.sluice.quickstart.EmbeddedPostgresBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * A primary and streaming standbys of it, each with a data directory of its own. Which of them is
 * the primary may change; the names stay.
 */
public final class TestCluster implements AutoCloseable {
  private final List<EmbeddedPostgres> all = new ArrayList<>();
  private final TestServer primary;
  private final List<TestServer> standbys = new ArrayList<>();

  private TestCluster(int major, int standbyCount) {
    primary = prepare(builder(major));
    // A copy from before the first start has the same system identifier and no history.
    for (int i = 0; i < standbyCount; i++) {
      standbys.add(prepare(builder(major).copyOf(primary.postgres())));
    }
  }

  /** One of the newest version that is tested. */
  public static TestCluster start(int standbys) {
    return start(PostgresServers.NEWEST, standbys);
  }

  /** Returns when all of them run and the standbys stream. */
  public static TestCluster start(int major, int standbys) {
    TestCluster cluster = new TestCluster(major, standbys);
    try {
      cluster.primary.postgres().start();
      for (TestServer standby : cluster.standbys) {
        standby.follow(cluster.primary);
        standby.postgres().start();
      }
      cluster.standbys.forEach(standby -> standby.catchUp(cluster.primary));
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static EmbeddedPostgresBuilder builder(int major) {
    return PostgresServers.builder(major)
        // A standby may not have less than initdb has written down.
        .setting("max_connections", "100")
        .setting("shared_buffers", "16MB")
        .setting("wal_keep_size", "256MB")
        .setting("wal_retrieve_retry_interval", "100ms")
        .setting("autovacuum", "off");
  }

  private TestServer prepare(EmbeddedPostgresBuilder builder) {
    EmbeddedPostgres postgres = builder.prepare();
    all.add(postgres);
    return new TestServer(postgres);
  }

  /** Who was the primary at the beginning. */
  public TestServer primary() {
    return primary;
  }

  /** Who was the standby of this number at the beginning, from 0. */
  public TestServer standby(int number) {
    return standbys.get(number);
  }

  /** The primary and then the standbys. */
  public List<TestServer> servers() {
    List<TestServer> servers = new ArrayList<>();
    servers.add(primary);
    servers.addAll(standbys);
    return servers;
  }

  @Override
  public void close() {
    all.reversed().forEach(EmbeddedPostgres::close);
  }
}
