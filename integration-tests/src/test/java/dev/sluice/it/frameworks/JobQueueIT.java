package dev.sluice.it.frameworks;

import static dev.sluice.it.drivers.Jdbc.column;
import static dev.sluice.it.drivers.Jdbc.connect;
import static dev.sluice.it.drivers.Jdbc.execute;
import static dev.sluice.it.drivers.Jdbc.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.Await;
import dev.sluice.it.PostgresServers;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * A queue of jobs in a table: workers LISTEN on a connection that stays, and take jobs with SKIP
 * LOCKED over the pool, as graphile-worker and its like do.
 */
@ExtendWith(PostgresServers.Extension.class)
class JobQueueIT {

  private static final int WORKERS = 2;
  private static final int PRODUCERS = 16;
  private static final int JOBS = 10;

  private final PostgresServers servers;

  JobQueueIT(PostgresServers servers) {
    this.servers = servers;
  }

  @Test
  void workersThatListen() throws Exception {
    try (PooledDatabase database = PooledDatabase.start(servers.newest(), "frameworks_queue")) {
      execute(
          database.proxy(),
          "create table jobs (id int generated always as identity primary key, payload text)",
          "create table done (payload text)");
      AtomicInteger listening = new AtomicInteger();
      AtomicInteger done = new AtomicInteger();
      Together.run(
          WORKERS + PRODUCERS,
          number -> {
            if (number < WORKERS) {
              work(database, number == 0, listening, done);
            } else {
              Await.until(() -> listening.get() > WORKERS, () -> "nobody listens");
              produce(database, number);
            }
          });
      try (Connection connection = connect(database.proxy())) {
        List<String> expected = new ArrayList<>();
        for (int number = WORKERS; number < WORKERS + PRODUCERS; number++) {
          for (int job = 0; job < JOBS; job++) {
            expected.add(number + "/" + job);
          }
        }
        assertEquals(
            expected.stream().sorted().toList(),
            column(connection, "select payload from done").stream().sorted().toList());
      }
    }
  }

  private static void produce(PooledDatabase database, int number) throws Exception {
    try (Connection connection = connect(database.proxy())) {
      for (int job = 0; job < JOBS; job++) {
        connection.setAutoCommit(false);
        String payload = number + "/" + job;
        one(connection, "insert into jobs (payload) values (?) returning id", payload);
        one(connection, "select pg_notify('jobs', ?)", payload);
        connection.commit();
      }
    }
  }

  private static void work(
      PooledDatabase database, boolean first, AtomicInteger listening, AtomicInteger done)
      throws Exception {
    try (Connection listener = connect(database.proxy());
        Connection connection = connect(database.proxy())) {
      execute(listener, "listen jobs");
      String backend = one(listener, "select pg_backend_pid()");
      listening.incrementAndGet();
      if (first) {
        Await.until(() -> listening.get() == WORKERS, () -> "not all listen");
        assertPinnedByListen(database);
        listening.incrementAndGet();
      }
      while (done.get() < PRODUCERS * JOBS) {
        // Both are told of every job; one gets it. The other may have done it meanwhile.
        PGNotification[] told = listener.unwrap(PGConnection.class).getNotifications(100);
        if (told != null) {
          for (PGNotification notification : told) {
            assertEquals("jobs", notification.getName());
          }
        }
        while (takeOne(connection)) {
          done.incrementAndGet();
        }
      }
      assertEquals(backend, one(listener, "select pg_backend_pid()"), "pinned meanwhile");
      execute(listener, "unlisten *");
    }
  }

  private static void assertPinnedByListen(PooledDatabase database) {
    if (database.console()) {
      List<List<String>> pins = database.pins();
      assertEquals(WORKERS, pins.size(), pins::toString);
      assertTrue(pins.toString().toLowerCase(Locale.ROOT).contains("listen"), pins::toString);
    }
  }

  private static boolean takeOne(Connection connection) throws Exception {
    return !column(
            connection,
            """
            with job as (
              delete from jobs where id = (select id from jobs order by id for update skip locked limit 1)
              returning payload)
            insert into done select payload from job returning payload
            """)
        .isEmpty();
  }

  /** Nobody is told of what others listen for; UNLISTEN gives the backend back. */
  @Test
  void notificationsReachWhoListensAndNobodyElse() throws Exception {
    try (PooledDatabase database = PooledDatabase.start(servers.newest(), "frameworks_queue");
        Connection one = connect(database.proxy());
        Connection two = connect(database.proxy());
        Connection other = connect(database.proxy())) {
      execute(one, "listen first");
      execute(two, "listen second");
      execute(other, "notify first, 'a'", "notify second, 'b'", "notify third, 'c'");
      assertEquals(List.of("first=a"), notifications(one));
      assertEquals(List.of("second=b"), notifications(two));
      execute(one, "unlisten *");
      execute(two, "unlisten second");
      database.awaitNoPins();
      execute(other, "notify first, 'd'", "notify second, 'e'");
      for (Connection connection : List.of(one, two, other)) {
        assertEquals("1", one(connection, "select 1"));
        PGNotification[] none = connection.unwrap(PGConnection.class).getNotifications();
        assertEquals(0, none == null ? 0 : none.length);
      }
    }
  }

  private static List<String> notifications(Connection connection) throws Exception {
    PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(30_000);
    List<String> told = new ArrayList<>();
    if (notifications != null) {
      for (PGNotification notification : notifications) {
        told.add(notification.getName() + "=" + notification.getParameter());
      }
    }
    return told;
  }
}
