package dev.sluice.config;

import java.time.Duration;

/** What holds for client connections. In every duration 0s means never. */
public record ClientConfig(
    @Key(
            absent = "10000",
            min = "1",
            levels = Level.GLOBAL,
            doc = "client connections at a time; more are refused with 53300")
        int maxConnections,
    @Key(
            absent = "16KiB",
            min = "1KiB",
            max = "1MiB",
            levels = Level.GLOBAL,
            doc = "all that a client may send before it is logged in")
        DataSize maxLoginBytes,
    @Key(
            absent = "1MiB",
            min = "1KiB",
            max = "1GiB",
            levels = Level.GLOBAL,
            doc = "read from a client that waits for a backend; then it is not read")
        DataSize maxQueuedBytes,
    @Key(absent = "60s", levels = Level.GLOBAL, doc = "time to log in; 0s = no limit")
        Duration loginTimeout,
    @Key(absent = "0s", doc = "close a client that is idle for so long; 0s = never")
        Duration idleTimeout,
    @Key(absent = "0s", doc = "end a transaction that is idle for so long; 0s = never")
        Duration idleTransactionTimeout,
    @Key(absent = "0s", doc = "end a transaction that takes so long; 0s = never")
        Duration transactionTimeout,
    @Key(absent = "0s", doc = "cancel a query that takes so long; 0s = never")
        Duration queryTimeout,
    @Key(absent = Key.SECTION, levels = Level.GLOBAL, doc = "TLS towards clients")
        ClientTlsConfig tls) {}
