package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import dev.sluice.it.wire.WireClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients and backends move between event loops while they work: nobody notices, and everybody gets
 * the own answers, in order.
 */
@ExtendWith(PostgresServers.Extension.class)
public class MovingIT {
  private static final int CLIENTS = 24;
  private static final int TRANSACTIONS = 400;

  private final PostgresServers servers;

  MovingIT(PostgresServers servers) {
    this.servers = servers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  void nobodyNotices(String transport) throws Exception {
    PostgresServer postgres = servers.version(PostgresServers.NEWEST);
    Login login = postgres.newDatabase("moving_it");
    SluiceConf conf =
        SluiceConf.trusting()
            .with("event-loops = 3, transport = " + transport)
            .database("moving_it", postgres.node(), "pool { size = 7 }");
    try (SluiceServer sluice = SluiceServer.start(conf.text())) {
      converseWhileMoving(sluice, () -> WireClient.login(sluice.address(), login));
    }
  }

  /** Has many clients talk while everything moves; fails if anybody notices. */
  public static void converseWhileMoving(SluiceServer sluice, Supplier<WireClient> login)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> mover = threads.submit(() -> keepMoving(sluice, over));
      List<Callable<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(() -> converse(login, number));
      }
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
      over.set(true);
      Integer moves = mover.get();
      assertEquals(true, moves > 10, "only " + moves + " moves");
    }
  }

  private static int keepMoving(SluiceServer sluice, AtomicBoolean over)
      throws InterruptedException {
    int moves = 0;
    while (!over.get()) {
      sluice.useLoops(1 + moves % 3);
      moves++;
      // Long enough for most to arrive, short enough for some to be called back.
      Thread.sleep(moves % 7);
    }
    return moves;
  }

  private static Void converse(Supplier<WireClient> login, int number) {
    try (WireClient client = login.get()) {
      String sql = "select $1::int * 1000 + " + number;
      client.send(FrontendMessage.parse("mine", sql), FrontendMessage.sync());
      Answers.good(client.readUntil('Z'));
      for (int i = 0; i < TRANSACTIONS; i++) {
        String expected = Integer.toString(i * 1000 + number);
        if (i % 3 == 0) {
          // Two batches at once: the second waits while the first is answered.
          for (int twice = 0; twice < 2; twice++) {
            client.send(
                FrontendMessage.bind("", "mine", Integer.toString(i)),
                FrontendMessage.execute("", 0),
                FrontendMessage.sync());
          }
          for (int twice = 0; twice < 2; twice++) {
            assertEquals(
                List.of(List.of(expected)), Answers.rows(Answers.good(client.readUntil('Z'))));
          }
        } else {
          assertEquals(expected, client.value("select " + i + " * 1000 + " + number));
        }
      }
    }
    return null;
  }
}
