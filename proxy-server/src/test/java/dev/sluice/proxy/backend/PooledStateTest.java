package dev.sluice.proxy.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.LoginCredentials;
import dev.sluice.proxy.tls.BackendTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A backend that has been taken out of its pool on another event loop, and does not know it yet.
 */
class PooledStateTest {
  private static final BackendTarget TARGET =
      new BackendTarget(
          0,
          "nowhere",
          InetSocketAddress.createUnresolved("localhost", 1),
          "d",
          LoginCredentials.withoutSecret("u"),
          BackendTls.none(),
          Map.of(),
          null,
          Duration.ofSeconds(1));

  private static EmbeddedChannel taken() {
    EmbeddedChannel channel = new EmbeddedChannel();
    BackendConnection backend =
        new BackendConnection(
            channel,
            new LoopHome(channel.eventLoop(), 0, new BackendCounters()),
            TARGET,
            new TakenAlready());
    backend.pooled(0);
    channel.pipeline().addLast(backend);
    return channel;
  }

  @Test
  void aParameterThatChangesIsTakenDown() {
    EmbeddedChannel channel = taken();
    ByteBuf report = channel.alloc().buffer();
    BackendMessages.parameterStatus(report, "TimeZone", "UTC");
    channel.writeInbound(report);
    assertEquals(0, report.refCnt());
    assertEquals(true, channel.isOpen());
  }

  @Test
  void theEndOfTheSessionEndsTheConnection() {
    EmbeddedChannel channel = taken();
    ByteBuf error = channel.alloc().buffer();
    BackendMessages.error(
        error, ErrorMessage.fatal(SqlState.ADMIN_SHUTDOWN, "terminating connection"));
    channel.writeInbound(error);
    assertEquals(0, error.refCnt());
    assertEquals(false, channel.isOpen());
  }

  private static final class TakenAlready implements BackendOwner {
    @Override
    public void connected(BackendConnection backend) {}

    @Override
    public void connectFailed(ErrorMessage error) {}

    @Override
    public boolean withdraw(BackendConnection backend) {
      return false;
    }

    @Override
    public void available(BackendConnection backend) {}

    @Override
    public void closed(BackendConnection backend) {}
  }
}
