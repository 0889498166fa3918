package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Thousands of clients over a few backends, each of which gets its own answers. */
@ExtendWith(PostgresServers.Extension.class)
class ManyClientsIT {
  private static final int CLIENTS = Integer.getInteger("sluice.it.many-clients", 5000);
  private static final int BACKENDS = 20;
  private static final int ROUNDS = 4;

  private final PostgresServer postgres;

  ManyClientsIT(PostgresServers servers) {
    postgres = servers.newest();
  }

  @Test
  void eachGetsItsOwnAnswers() throws Exception {
    Login login = postgres.newDatabase("many_it");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("pool { size = " + BACKENDS + " }")
            .database("many_it", postgres.node(), "");
    try (SluiceProcess sluice = SluiceProcess.start(conf.text());
        WireClient admin = postgres.admin("many_it");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long before = sluice.residentBytes();
      List<WireClient> clients = logIn(sluice.address(), login, threads);
      long idle = sluice.residentBytes();
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        WireClient client = clients.get(i);
        String own = "client " + i;
        work.add(threads.submit(() -> work(client, own)));
      }
      int most = 0;
      while (work.stream().anyMatch(task -> !task.isDone())) {
        most =
            Math.max(
                most,
                Integer.parseInt(
                    admin.value(
                        "select count(*) from pg_stat_activity where usename = 'many_it'")));
      }
      for (Future<?> task : work) {
        task.get();
      }
      System.out.printf(
          "%d clients over %d backends (at most %d seen), %d rounds: resident %d MiB at start,"
              + " %d MiB with all clients idle (%.1f KiB each), %d MiB after their work%n",
          CLIENTS,
          BACKENDS,
          most,
          ROUNDS,
          before >> 20,
          idle >> 20,
          (idle - before) / 1024.0 / CLIENTS,
          sluice.residentBytes() >> 20);
      assertTrue(most <= BACKENDS, most + " backends");
      threads.submit(() -> clients.forEach(WireClient::close)).get();
    }
  }

  private static List<WireClient> logIn(Address address, Login login, ExecutorService threads)
      throws Exception {
    List<Future<WireClient>> logins = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      logins.add(threads.submit(() -> WireClient.login(address, login)));
    }
    List<WireClient> clients = new ArrayList<>();
    for (Future<WireClient> client : logins) {
      clients.add(client.get());
    }
    return clients;
  }

  private static void work(WireClient client, String own) {
    for (int round = 0; round < ROUNDS; round++) {
      String expected = own + ", round " + round;
      assertEquals(expected, client.value("select '" + expected + "'"));
    }
  }
}
