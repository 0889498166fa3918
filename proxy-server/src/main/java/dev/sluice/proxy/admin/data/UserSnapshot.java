package dev.sluice.proxy.admin.data;

import org.jspecify.annotations.Nullable;

/**
 * A user that is configured or has logged in. Limits of 0 mean no limit.
 *
 * @param poolSize an override of the pool's size, or null
 * @param reservePoolSize an override of the pool's reserve, or null
 * @param poolMode an override of the pool's mode, or null
 */
public record UserSnapshot(
    String name,
    @Nullable Integer poolSize,
    @Nullable Integer reservePoolSize,
    @Nullable String poolMode,
    int maxConnections,
    int currentConnections,
    int maxClients,
    int currentClients) {}
