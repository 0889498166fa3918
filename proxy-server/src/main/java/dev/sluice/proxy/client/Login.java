package dev.sluice.proxy.client;

/**
 * Who a client is, once it has proved it.
 *
 * @param database as the client calls it
 * @param processId the half of its cancel key that is no secret; also its id at the console
 */
public record Login(String user, String database, int processId) {}
