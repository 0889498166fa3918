package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.it.fault.Trap;
import dev.sluice.it.wire.Answers;
import dev.sluice.it.wire.BackendMessage;
import dev.sluice.it.wire.BackendMessage.NotificationResponse;
import dev.sluice.it.wire.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Notifications reach the client that listens, whatever its backend is busy with. */
@ExtendWith(PostgresServers.Extension.class)
class NotificationIT {
  private final PostgresServers servers;

  NotificationIT(PostgresServers servers) {
    this.servers = servers;
  }

  /**
   * Behind LISTEN the proxy asks PostgreSQL what the session holds; its answers are not the
   * client's.
   */
  @Test
  void whileTheProxyAsks() {
    try (TestBed bed = TestBed.start(servers.newest(), "notification_it", "size = 1")) {
      WireClient client = bed.client();
      assertEquals("1", client.value("select 1"));
      // Of a batch that has begun PostgreSQL would see the end first.
      Trap question = bed.faults().onClient("sluice ask").hold();
      Answers.good(client.simple("listen told"));
      BackendMessage told;
      try {
        question.awaitSprung();
        bed.admin().rows("notify told, 'now'");
        told = client.read();
      } finally {
        question.open();
      }
      if (!(told instanceof NotificationResponse(int ignored, String channel, String payload))) {
        throw new AssertionError("not a notification: " + told);
      }
      assertEquals("told now", channel + " " + payload);
      assertEquals("2", client.value("select 2"));
    }
  }
}
