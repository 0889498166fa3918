package dev.sluice.config;

import java.time.Duration;

/** How long answers of auth.query are remembered. */
public record QueryCacheConfig(
    @Key(absent = "10000", doc = "users remembered; 0 = none") int size,
    @Key(absent = "60s", doc = "how long one is remembered") Duration ttl) {}
