package dev.sluice.config;

/** How the LDAP server is spoken to. */
public enum LdapScheme {
  LDAP,
  LDAPS
}
