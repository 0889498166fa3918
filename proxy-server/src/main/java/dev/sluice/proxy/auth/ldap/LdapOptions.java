package dev.sluice.proxy.auth.ldap;

import org.jspecify.annotations.Nullable;

/**
 * The options of pg_hba.conf for LDAP, as they are written; null where they are not.
 *
 * @param port 0 for the scheme's own
 * @param ldaps LDAP over TLS
 * @param startTls TLS begun on an ldap connection
 */
public record LdapOptions(
    @Nullable String url,
    @Nullable String server,
    int port,
    boolean ldaps,
    boolean startTls,
    @Nullable String prefix,
    @Nullable String suffix,
    @Nullable String baseDn,
    @Nullable String bindDn,
    @Nullable String bindPassword,
    @Nullable String searchAttribute,
    @Nullable String searchFilter) {
  @Override
  public String toString() {
    return "LdapOptions[url=" + url + ", server=" + server + "]";
  }
}
