package dev.sluice.protocol.startup;

/** The packet is not complete yet, and what is there of it is sound. Nothing was consumed. */
public record NeedMore() implements StartupDecoder.Result {}
