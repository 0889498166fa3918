package dev.sluice.proxy.backend;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A backend as the console shows it; read from any thread, and so perhaps a moment old. */
public record BackendView(
    String node,
    State state,
    int processId,
    @Nullable SocketAddress remote,
    @Nullable SocketAddress local,
    long connectedMillis,
    int preparedStatements,
    String applicationName,
    String tls) {
  /** What it is doing. */
  public enum State {
    LOGIN,
    ACTIVE,
    IDLE,
    TESTED,
    CLOSED
  }
}
