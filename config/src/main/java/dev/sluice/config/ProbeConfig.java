package dev.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How nodes are asked for their role and position. */
public record ProbeConfig(
    @Key(absent = "100ms", min = "1ms", doc = "time between probes") Duration interval,
    @Key(absent = "1s", min = "1ms", doc = "a probe without an answer for so long has failed")
        Duration timeout,
    @Key(absent = "null", doc = "who probes; null = the database's own login")
        @Nullable String user,
    @Key(absent = "null", doc = "the prober's password") @Nullable Secret password) {}
