package dev.sluice.config;

import java.time.Duration;

/** Socket options of both sides. */
public record TcpConfig(
    @Key(absent = "60s", max = "32767s", doc = "idle time before keep-alive probes; 0s = off")
        Duration keepAlive,
    @Key(
            absent = "0s",
            max = "24d",
            doc = "unacknowledged time before a connection is given up; 0s = the system's")
        Duration userTimeout) {}
