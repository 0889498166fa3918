package dev.sluice.proxy.backend;

import dev.sluice.proxy.auth.LoginCredentials;
import dev.sluice.proxy.tls.BackendTls;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend connects to and how it logs in.
 *
 * @param nodeIndex which of the database's nodes it is, from 0 on
 * @param node how operators name the server
 * @param address a TCP address, unresolved if it is a name, or a Unix socket's
 * @param database the name on the server
 * @param startupParameters beyond user and database; only replication connections have any
 * @param onConnect SQL to run before the first lease
 * @param connectTimeout for connect and login together
 */
public record BackendTarget(
    int nodeIndex,
    String node,
    SocketAddress address,
    String database,
    LoginCredentials credentials,
    BackendTls tls,
    Map<String, String> startupParameters,
    @Nullable String onConnect,
    Duration connectTimeout) {}
