package dev.sluice.proxy.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Which server it was that answered. Behind one name there may be several; a backend proves with
 * the same questions that it is one of the server that was probed.
 *
 * @param systemIdentifier made by initdb; equal on all servers of one cluster
 * @param startMicros {@code pg_postmaster_start_time()}, microseconds since 1970 by its own clock
 * @param address {@code inet_server_addr()}; null on a Unix socket
 * @param port {@code inet_server_port()}; 0 on a Unix socket
 */
public record ServerIdentity(
    long systemIdentifier, long startMicros, @Nullable String address, int port) {}
