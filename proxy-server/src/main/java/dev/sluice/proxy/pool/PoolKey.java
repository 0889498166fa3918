package dev.sluice.proxy.pool;

/**
 * What a pool is for.
 *
 * @param database as clients call it
 * @param user the login at PostgreSQL
 */
public record PoolKey(String database, String user) {}
