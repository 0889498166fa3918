package dev.sluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One database that clients can connect to, with everything that holds for it resolved: the global
 * sections, those of the database that it is {@code like}, and its own.
 *
 * @param name what clients call it
 * @param dbname what it is called on the server
 * @param user the login that all clients share; null when each client's own name is used
 * @param route where everything goes; null when the node is chosen per transaction
 */
public record DatabaseConfig(
    String name,
    String dbname,
    List<Node> nodes,
    @Nullable String user,
    @Nullable Secret password,
    ServerTlsConfig tls,
    @Nullable Route route,
    PoolConfig pool,
    SessionConfig session,
    RoutingConfig routing,
    ClientConfig client) {

  /** The key under which a database stands for every name that is not a key itself. */
  public static final String ANY = "*";

  /** The fallback as the database that a client asked for. A fixed {@code dbname} stays. */
  DatabaseConfig boundTo(String asked) {
    return new DatabaseConfig(
        asked,
        dbname.equals(ANY) ? asked : dbname,
        nodes,
        user,
        password,
        tls,
        route,
        pool,
        session,
        routing,
        client);
  }
}
