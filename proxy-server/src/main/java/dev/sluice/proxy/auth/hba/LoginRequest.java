package dev.sluice.proxy.auth.hba;

import dev.sluice.protocol.startup.Replication;

/**
 * What a rule looks at.
 *
 * @param database as the client calls it
 * @param console whether that is Sluice's own
 */
public record LoginRequest(
    String user, String database, Replication replication, Origin origin, boolean console) {
  /** At a database of a server's. */
  public LoginRequest(String user, String database, Replication replication, Origin origin) {
    this(user, database, replication, origin, false);
  }
}
