package dev.sluice.proxy.admin.data;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pool of one database and user, summed over its nodes.
 *
 * @param clientsActive clients that hold a backend, or are idle with nothing queued
 * @param clientsWaiting clients that have sent something and wait for a backend
 * @param cancelsActive cancel requests forwarded and not yet answered
 * @param cancelsWaiting cancel requests not yet forwarded
 * @param backendsActive backends leased to a client
 * @param backendsActiveCancel connections that deliver a cancel request
 * @param backendsBeingCanceled idle backends held until cancel requests in flight for them are done
 * @param backendsIdle backends that can be leased at once
 * @param backendsUsed idle backends that will be checked before they are leased
 * @param backendsTested backends that run a reset or a check
 * @param backendsLogin backends that connect or log in
 * @param oldestWait how long the first client in the wait queue has waited; zero without waiters
 * @param loadBalanceHosts how hosts are balanced, or null when there is one host
 */
public record PoolSnapshot(
    String database,
    String user,
    int clientsActive,
    int clientsWaiting,
    int cancelsActive,
    int cancelsWaiting,
    int backendsActive,
    int backendsActiveCancel,
    int backendsBeingCanceled,
    int backendsIdle,
    int backendsUsed,
    int backendsTested,
    int backendsLogin,
    Duration oldestWait,
    String poolMode,
    @Nullable String loadBalanceHosts) {}
