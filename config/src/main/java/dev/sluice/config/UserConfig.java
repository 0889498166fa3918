package dev.sluice.config;

/**
 * What holds for one user, whatever the database: it wins over the database's and the global
 * values.
 */
public record UserConfig(String name, Overrides<PoolConfig> pool, Overrides<ClientConfig> client) {}
