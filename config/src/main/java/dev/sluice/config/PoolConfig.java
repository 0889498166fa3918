package dev.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One pool: the backends of one (database, user). */
public record PoolConfig(
    @Key(absent = "transaction", doc = "for how long a client keeps a backend") PoolMode mode,
    @Key(absent = "20", min = "1", doc = "backends per node") int size,
    @Key(absent = "0", doc = "backends kept open") int minSize,
    @Key(absent = "0", doc = "extra backends once a client has waited reserve-after")
        int reserveSize,
    @Key(absent = "5s", doc = "how long a client waits before the reserve opens")
        Duration reserveAfter,
    @Key(
            absent = "0",
            levels = {Level.GLOBAL, Level.DATABASE},
            doc = "backends of one database; 0 = no limit")
        int maxDatabaseConnections,
    @Key(
            absent = "0",
            levels = {Level.GLOBAL, Level.USER},
            doc = "backends of one user; 0 = no limit")
        int maxUserConnections,
    @Key(
            absent = "0",
            levels = {Level.GLOBAL, Level.DATABASE},
            doc = "clients of one database; 0 = no limit")
        int maxDatabaseClients,
    @Key(
            absent = "0",
            levels = {Level.GLOBAL, Level.USER},
            doc = "clients of one user; 0 = no limit")
        int maxUserClients,
    @Key(absent = "0", doc = "clients that wait at a time; more get 53300 at once; 0 = no limit")
        int maxWaiting,
    @Key(absent = "120s", doc = "wait for a backend, then SQLSTATE 53300; 0s = no limit")
        Duration waitTimeout,
    @Key(absent = "0s", doc = "wait before a NOTICE says so; 0s = never") Duration waitNoticeAfter,
    @Key(absent = "15s", doc = "time to connect and log in to PostgreSQL; 0s = no limit")
        Duration connectTimeout,
    @Key(absent = "10m", doc = "close a backend that is idle for so long; 0s = never")
        Duration idleTimeout,
    @Key(absent = "1h", doc = "replace a backend at this age, less up to 10 %; 0s = never")
        Duration lifetime,
    @Key(absent = "30s", doc = "probe a backend that idled longer before use; 0s = always")
        Duration checkAfterIdle,
    @Key(absent = "500", doc = "prepared statements kept per backend; 0 = none kept")
        int preparedStatements,
    @Key(
            absent = "\"DISCARD ALL\"",
            doc = "session mode: run when the client leaves; \"\" = nothing")
        String resetQuery,
    @Key(absent = "null", doc = "run on every new backend") @Nullable String onConnect) {}
