package dev.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How clients prove who they are. */
public record AuthConfig(
    @Key(absent = "scram-sha-256", doc = "how clients prove who they are") AuthMethod method,
    @Key(absent = "null", doc = "file of \"name\" \"secret\" lines") @Nullable Path usersFile,
    @Key(absent = "null", doc = "query for a user's secret, given the name as $1")
        @Nullable String query,
    @Key(absent = "null", doc = "who runs the query") @Nullable String queryUser,
    @Key(absent = Key.SECTION, doc = "how long answers of the query are remembered")
        QueryCacheConfig queryCache,
    @Key(absent = "null", doc = "rules in the syntax of pg_hba.conf") @Nullable Path hbaFile,
    @Key(absent = "null", doc = "user name map in the syntax of pg_ident.conf")
        @Nullable Path identFile,
    @Key(absent = "null", doc = "LDAP, with the options of pg_hba.conf")
        @Nullable LdapConfig ldap) {}
