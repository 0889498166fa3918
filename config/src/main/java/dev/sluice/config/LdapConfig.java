package dev.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * LDAP authentication, with the options of pg_hba.conf without their prefix "ldap" (PostgreSQL
 * manual, "LDAP Authentication").
 */
public record LdapConfig(
    @Key(absent = "null", doc = "an RFC 4516 URL, instead of server, basedn, ...")
        @Nullable String url,
    @Key(absent = "null", doc = "names or addresses of LDAP servers, separated by spaces")
        @Nullable String server,
    @Key(absent = "0", max = "65535", doc = "port; 0 = the scheme's own") int port,
    @Key(absent = "ldap", doc = "ldaps for LDAP over SSL") LdapScheme scheme,
    @Key(absent = "false", doc = "StartTLS (RFC 4513) on an ldap connection") boolean tls,
    @Key(absent = "null", doc = "put before the user name, simple bind") @Nullable String prefix,
    @Key(absent = "null", doc = "put after the user name, simple bind") @Nullable String suffix,
    @Key(absent = "null", doc = "where the search for the user begins, search+bind")
        @Nullable String basedn,
    @Key(absent = "null", doc = "who searches, search+bind") @Nullable String binddn,
    @Key(absent = "null", doc = "the searcher's password, search+bind") @Nullable Secret bindpasswd,
    @Key(absent = "null", doc = "attribute that is compared with the user name, search+bind")
        @Nullable String searchattribute,
    @Key(absent = "null", doc = "search filter in which $username stands for the user name")
        @Nullable String searchfilter) {}
