package dev.sluice.proxy.admin.data;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a connection, whichever side it is on.
 *
 * @param id unique among clients and backends of this process, never used again; tools correlate
 *     rows by it
 * @param peerId the id of the connection at the other end of the lease, or null without a lease
 * @param replication {@code none}, {@code logical} or {@code physical}
 * @param address of the other host, or {@code unix}
 * @param port of the other host, or for a Unix socket the port in its name
 * @param requestTime when the latest request was received; the connect time before the first
 * @param waited how long the client waits now; zero when it does not
 * @param closing whether it is closed as soon as it is released
 * @param remotePid the PostgreSQL process of a backend, the peer process of a Unix socket client,
 *     else 0
 * @param tls protocol and cipher, such as {@code TLSv1.3/TLS_AES_256_GCM_SHA384}, or empty
 * @param receivedBytes read from the socket and not yet handled
 * @param unsentBytes written by Sluice and not yet taken by the socket
 */
public record ConnectionSnapshot(
    long id,
    @Nullable Long peerId,
    String user,
    String database,
    String replication,
    String address,
    int port,
    String localAddress,
    int localPort,
    Instant connectTime,
    Instant requestTime,
    Duration waited,
    boolean closing,
    int remotePid,
    String tls,
    String applicationName,
    int preparedStatements,
    long receivedBytes,
    long unsentBytes) {}
