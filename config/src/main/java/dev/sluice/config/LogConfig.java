package dev.sluice.config;

import java.time.Duration;

/** What is logged, and how. */
public record LogConfig(
    @Key(absent = "text", doc = "form of a line") LogFormat format,
    @Key(absent = "info", doc = "least severe lines that are logged") LogLevel level,
    @Key(absent = "false", doc = "log each client's connect and disconnect") boolean connections,
    @Key(absent = "0s", doc = "log queries that take longer; 0s = off") Duration slowQuery,
    @Key(absent = "false", doc = "show literals of logged statements") boolean literals) {}
