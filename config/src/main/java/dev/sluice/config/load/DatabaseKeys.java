package dev.sluice.config.load;

import dev.sluice.config.ClientConfig;
import dev.sluice.config.Key;
import dev.sluice.config.Node;
import dev.sluice.config.PoolConfig;
import dev.sluice.config.Route;
import dev.sluice.config.RoutingConfig;
import dev.sluice.config.Secret;
import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.SessionConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one entry of {@code databases}, before it is laid over what it is like and the global
 * sections.
 */
record DatabaseKeys(
    @Key(absent = "null", doc = "another database whose keys hold where this one has none")
        @Nullable String like,
    @Key(absent = "null", doc = "its name on the server; null = the name that clients use")
        @Nullable String dbname,
    @Key(absent = "[]", doc = "the servers it lives on") List<Node> nodes,
    @Key(absent = "null", doc = "login that all clients share; null = each client's own")
        @Nullable String user,
    @Key(absent = "null", doc = "that login's password") @Nullable Secret password,
    @Key(absent = Key.SECTION, doc = "TLS to PostgreSQL") ServerTlsConfig tls,
    @Key(absent = "null", doc = "where all of it goes; null = chosen per transaction")
        @Nullable Route route,
    @Key(absent = Key.SECTION, doc = "its pools") PoolConfig pool,
    @Key(absent = Key.SECTION, doc = "session state in transaction mode") SessionConfig session,
    @Key(absent = Key.SECTION, doc = "which node a transaction runs on") RoutingConfig routing,
    @Key(absent = Key.SECTION, doc = "time limits of its clients") ClientConfig client) {}
