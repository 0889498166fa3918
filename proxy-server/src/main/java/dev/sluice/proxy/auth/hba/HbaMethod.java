package dev.sluice.proxy.auth.hba;

import dev.sluice.proxy.auth.ldap.LdapSettings;
import org.jspecify.annotations.Nullable;

/** How the clients that a rule matches prove who they are. */
public sealed interface HbaMethod {
  record Trust() implements HbaMethod {}

  record Reject() implements HbaMethod {}

  record Password() implements HbaMethod {}

  record Md5() implements HbaMethod {}

  record ScramSha256() implements HbaMethod {}

  /**
   * The common name of the TLS connection's client certificate.
   *
   * @param map null: it must be the user's name
   */
  record Cert(@Nullable String map) implements HbaMethod {}

  /**
   * The operating system's user at the other end of the Unix socket.
   *
   * @param map null: it must have the user's name
   */
  record Peer(@Nullable String map) implements HbaMethod {}

  record Ldap(LdapSettings settings) implements HbaMethod {}
}
