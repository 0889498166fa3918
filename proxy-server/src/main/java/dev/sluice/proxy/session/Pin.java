package dev.sluice.proxy.session;

/**
 * A client keeps its backend.
 *
 * @param sinceMillis when that began, as {@link System#currentTimeMillis}
 * @param statement the beginning of the statement that led to it; empty if that is not known
 */
public record Pin(PinReason reason, long sinceMillis, String statement) {}
