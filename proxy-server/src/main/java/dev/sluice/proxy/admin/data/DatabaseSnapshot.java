package dev.sluice.proxy.admin.data;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A configured database. Limits of 0 mean no limit.
 *
 * @param name what clients call it
 * @param host of its first node, or null for a Unix socket or the console
 * @param serverDatabase what it is called on the server
 * @param forcedUser the login that all its clients share, or null
 * @param poolMode an override of the global mode, or null
 * @param loadBalanceHosts how hosts are balanced, or null when there is one host
 * @param maxConnections backends that the database may have
 * @param currentConnections backends it has
 * @param maxClients clients that the database may have
 * @param currentClients clients it has
 */
public record DatabaseSnapshot(
    String name,
    @Nullable String host,
    int port,
    String serverDatabase,
    @Nullable String forcedUser,
    int poolSize,
    int minPoolSize,
    int reservePoolSize,
    Duration serverLifetime,
    @Nullable String poolMode,
    @Nullable String loadBalanceHosts,
    int maxConnections,
    int currentConnections,
    int maxClients,
    int currentClients,
    boolean paused,
    boolean disabled) {}
