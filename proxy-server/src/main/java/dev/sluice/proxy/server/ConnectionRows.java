package dev.sluice.proxy.server;

import dev.sluice.proxy.admin.data.BackendSnapshot;
import dev.sluice.proxy.admin.data.ClientSnapshot;
import dev.sluice.proxy.admin.data.ConnectionSnapshot;
import dev.sluice.proxy.admin.data.PinSnapshot;
import dev.sluice.proxy.backend.BackendView;
import dev.sluice.proxy.client.ClientView;
import dev.sluice.proxy.client.Login;
import dev.sluice.proxy.pool.PoolKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections as rows of the console. A client's id is its process id, a backend's PostgreSQL's.
 */
final class ConnectionRows {
  private ConnectionRows() {}

  static ClientSnapshot client(ClientView view) {
    Login login = view.login();
    return new ClientSnapshot(
        new ConnectionSnapshot(
            login == null ? 0 : login.processId(),
            view.backend() == null ? null : (long) view.backend().processId(),
            login == null ? "" : login.user(),
            login == null ? "" : login.database(),
            view.replication() ? "physical" : "none",
            host(view.remote()),
            port(view.remote()),
            host(view.local()),
            port(view.local()),
            Instant.ofEpochMilli(view.connectedMillis()),
            Instant.ofEpochMilli(Math.max(view.connectedMillis(), view.requestMillis())),
            Duration.ofNanos(view.waitingNanos()),
            false,
            0,
            view.tls(),
            view.applicationName(),
            view.preparedStatements(),
            0,
            0),
        switch (view.state()) {
          case "active" -> ClientSnapshot.State.ACTIVE;
          case "waiting" -> ClientSnapshot.State.WAITING;
          case "login" -> ClientSnapshot.State.LOGIN;
          default -> ClientSnapshot.State.IDLE;
        });
  }

  static List<PinSnapshot> pins(ClientView view) {
    Login login = view.login();
    if (login == null) {
      return List.of();
    }
    String node = view.backend() == null ? "" : view.backend().target().node();
    return view.pins().stream()
        .map(
            pin ->
                new PinSnapshot(
                    login.processId(),
                    login.user(),
                    login.database(),
                    node,
                    pin.reason().label(),
                    Instant.ofEpochMilli(pin.sinceMillis()),
                    pin.statement()))
        .toList();
  }

  static BackendSnapshot backend(PoolKey pool, BackendView view, @Nullable ClientView holder) {
    Login login = holder == null ? null : holder.login();
    return new BackendSnapshot(
        new ConnectionSnapshot(
            view.processId(),
            login == null ? null : (long) login.processId(),
            pool.user(),
            pool.database(),
            "none",
            host(view.remote()),
            port(view.remote()),
            host(view.local()),
            port(view.local()),
            Instant.ofEpochMilli(view.connectedMillis()),
            Instant.ofEpochMilli(view.connectedMillis()),
            Duration.ZERO,
            false,
            view.processId(),
            view.tls(),
            view.applicationName(),
            view.preparedStatements(),
            0,
            0),
        switch (view.state()) {
          case LOGIN -> BackendSnapshot.State.LOGIN;
          case ACTIVE -> BackendSnapshot.State.ACTIVE;
          case IDLE, CLOSED -> BackendSnapshot.State.IDLE;
          case TESTED -> BackendSnapshot.State.TESTED;
        });
  }

  private static String host(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "unix";
  }

  private static int port(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }
}
