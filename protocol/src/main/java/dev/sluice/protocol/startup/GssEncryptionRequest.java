package dev.sluice.protocol.startup;

/** Asks for GSSAPI encryption; answered by one byte, {@code G} or {@code N}. */
public record GssEncryptionRequest() implements StartupRequest {}
