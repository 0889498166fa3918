package dev.sluice.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.it.SluiceConf;
import dev.sluice.it.SluiceServer;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import dev.sluice.quickstart.EmbeddedPostgres.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients of a database with several nodes, while its primary changes. */
class PrimaryChangeIT {
  private static final Login LOGIN = Login.of("app", "app");
  private static final String PORT = "select inet_server_port()";

  private static String conf(TestCluster cluster, String routing) {
    List<String> nodes = cluster.servers().stream().map(TestServer::node).toList();
    return SluiceConf.trusting()
        .with("routing { probe { user = postgres, password = unused }, " + routing + " }")
        // The replica comes first: a node's place says nothing of its role.
        .database("app", String.join("\", \"", nodes.reversed()), "pool { size = 2 }")
        .text();
  }

  private static void prepare(TestCluster cluster) {
    cluster.primary().run("create role app login");
    cluster.primary().run("create database app owner app");
    cluster.standby(0).catchUp(cluster.primary());
  }

  private static String port(TestServer server) {
    return Integer.toString(server.address().port());
  }

  @Test
  void whatHasNotStartedWaitsForTheNewPrimaryAndWhatRunsOnTheOldOneIsLost() {
    try (TestCluster cluster = TestCluster.start(1)) {
      prepare(cluster);
      try (SluiceServer sluice = SluiceServer.start(conf(cluster, "failover-timeout = 25s"));
          WireClient holder = WireClient.login(sluice.address(), LOGIN);
          WireClient waiter = WireClient.login(sluice.address(), LOGIN)) {
        assertEquals(port(cluster.primary()), waiter.value(PORT));
        waiter.rows("create table item (who text)");
        cluster.standby(0).catchUp(cluster.primary());
        holder.rows("begin");
        holder.rows("insert into item values ('holder')");

        cluster.primary().freeze();
        try {
          awaitNode(sluice, cluster.primary(), "unknown", "down");
          waiter.send(FrontendMessage.query("insert into item values ('waiter')"));
          cluster.standby(0).promote();
          Answers.good(waiter.readUntil('Z'));
          assertEquals(port(cluster.standby(0)), waiter.value(PORT));
          // Its backend was cut: the rest of its block must not run on the new primary.
          assertEquals("08006", holder.error("insert into item values ('holder')").sqlState());
          assertEquals("25P02", holder.error("select 1").sqlState());
          holder.rows("rollback");
          assertEquals("waiter", holder.value("select who from item"));
        } finally {
          cluster.primary().thaw();
        }
        awaitNode(sluice, cluster.primary(), "unknown", "down");
        awaitNode(sluice, cluster.standby(0), "primary", "up");
        for (int i = 0; i < 20; i++) {
          assertEquals(port(cluster.standby(0)), waiter.value(PORT));
        }
        Await.until(
            () ->
                cluster
                    .primary()
                    .value("select count(*) from pg_stat_activity where usename = 'app'")
                    .equals("0"),
            () -> "the old primary keeps backends");
        assertEquals("0", cluster.primary().postgres().isRunning() ? oldRows(cluster) : "0");
      }
    }
  }

  private static String oldRows(TestCluster cluster) {
    try (WireClient admin =
        WireClient.login(cluster.primary().address(), Login.of("postgres", "app"))) {
      return admin.value("select count(*) from item");
    }
  }

  @Test
  void withoutAPrimaryTheErrorSaysWhatIsKnownOfEachNode() {
    try (TestCluster cluster = TestCluster.start(1)) {
      prepare(cluster);
      try (SluiceServer sluice = SluiceServer.start(conf(cluster, "failover-timeout = 200ms"));
          WireClient client = WireClient.login(sluice.address(), LOGIN)) {
        client.value("select 1");
        cluster.primary().postgres().stop(Mode.FAST);
        awaitNode(sluice, cluster.primary(), "unknown", "down");
        var error = client.error("select 1");
        assertEquals("57P03", error.sqlState());
        String detail = error.fields().getOrDefault('D', "");
        assertTrue(detail.contains(cluster.standby(0).node() + ": replica, "), detail);
        assertTrue(detail.contains(cluster.primary().node() + ": unknown, down ("), detail);
        cluster.primary().postgres().start();
        awaitNode(sluice, cluster.primary(), "primary", "up");
        assertEquals(port(cluster.primary()), client.value(PORT));
      }
    }
  }

  private static void awaitNode(SluiceServer sluice, TestServer server, String role, String state) {
    try (WireClient console = WireClient.login(sluice.address(), SluiceConf.OPERATOR)) {
      Await.until(
          () ->
              console.rows("show nodes").stream()
                  .anyMatch(
                      row ->
                          server.node().equals(row.get(1))
                              && role.equals(row.get(2))
                              && state.equals(row.get(3))),
          () ->
              server.node() + " is not " + role + ", " + state + ": " + console.rows("show nodes"));
    }
  }
}
