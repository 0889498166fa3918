package dev.sluice.proxy.auth;

/**
 * Which names of the outside (of a certificate, of an operating system's user) may log in as which
 * user (manual, "User Name Maps").
 */
@FunctionalInterface
public interface UserNameMap {
  /** Without a map: the names must be equal. */
  UserNameMap IDENTITY = String::equals;

  boolean allows(String systemName, String user);
}
