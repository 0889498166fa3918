package dev.sluice.protocol.startup;

/**
 * What a client may send as the first packet of a connection, or again after an encryption request
 * was answered.
 */
public sealed interface StartupRequest extends StartupDecoder.Result
    permits StartupMessage, SslRequest, GssEncryptionRequest, CancelRequest {}
