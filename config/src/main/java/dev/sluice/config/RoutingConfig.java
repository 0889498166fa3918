package dev.sluice.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which node a transaction runs on. */
public record RoutingConfig(
    @Key(absent = "declared", doc = "which transactions count as reads") ReadPolicy reads,
    @Key(absent = "10s", min = "1ms", doc = "true bound on a replica's staleness") Duration maxLag,
    @Key(absent = "null", doc = "bound in bytes of WAL; null = none")
        @Nullable DataSize maxLagBytes,
    @Key(absent = "3", min = "1", doc = "good probes in a row before a replica is used again")
        int readmitAfter,
    @Key(absent = "primary", doc = "what a read does when no replica is eligible")
        NoneEligiblePolicy whenNoneEligible,
    @Key(absent = "0ms", doc = "how long a read waits for an eligible replica before that")
        Duration waitForReplica,
    @Key(absent = "wait", doc = "what a bounded read does while no primary answers")
        NoPrimaryPolicy whenNoPrimary,
    @Key(absent = "50%", doc = "share of the primary's pool for reads that found no replica")
        Percentage primaryReadLimit,
    @Key(absent = "session", doc = "scope within which a read sees every write before it")
        ReadAfterWrite readAfterWrite,
    @Key(absent = "100000", min = "1", doc = "keys remembered one by one") int maxKeys,
    @Key(absent = "replica", doc = "against what a session's reads never go back")
        MonotonicReads monotonicReads,
    @Key(absent = "least-busy", doc = "how one of several eligible replicas is chosen")
        Balance balance,
    @Key(absent = "[]", doc = "functions of your own that may run on a replica")
        List<String> safeFunctions,
    @Key(absent = "true", doc = "run a read again on the primary when the replica could not")
        boolean retryOnPrimary,
    @Key(absent = "30s", doc = "how long a new transaction waits for a primary")
        Duration failoverTimeout,
    @Key(absent = Key.SECTION, doc = "how nodes are asked for role and position") ProbeConfig probe,
    @Key(absent = "[]", doc = "Patroni REST endpoints, a further source of roles")
        List<URI> patroni) {}
