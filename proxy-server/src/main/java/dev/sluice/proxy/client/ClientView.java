package dev.sluice.proxy.client;

import dev.sluice.proxy.backend.BackendConnection;
import dev.sluice.proxy.session.Pin;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client as the console shows it.
 *
 * @param waitingNanos for how long it has waited for a backend; 0 if it does not
 * @param tls version and cipher; empty in plain text
 */
public record ClientView(
    @Nullable Login login,
    String state,
    @Nullable SocketAddress remote,
    @Nullable SocketAddress local,
    long connectedMillis,
    long requestMillis,
    long waitingNanos,
    @Nullable BackendConnection backend,
    boolean replication,
    int preparedStatements,
    List<Pin> pins,
    String applicationName,
    String tls) {}
