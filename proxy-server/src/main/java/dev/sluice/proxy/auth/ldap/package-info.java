/**
 * Asking a directory whether a user's password is right (PostgreSQL manual, "LDAP Authentication").
 */
@NullMarked
package dev.sluice.proxy.auth.ldap;

import org.jspecify.annotations.NullMarked;
