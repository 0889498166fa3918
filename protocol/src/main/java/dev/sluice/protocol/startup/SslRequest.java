package dev.sluice.protocol.startup;

/** Asks for TLS; answered by one byte, {@code S} or {@code N}. */
public record SslRequest() implements StartupRequest {}
