package dev.sluice.proxy.auth.hba;

import dev.sluice.protocol.startup.Replication;

/**
 * What a rule looks at.
 *
 * @param database as the client calls it
 */
public record LoginRequest(String user, String database, Replication replication, Origin origin) {}
