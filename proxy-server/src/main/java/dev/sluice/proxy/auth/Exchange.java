package dev.sluice.proxy.auth;

/**
 * One authentication method's conversation with one client. The caller sees to the order: {@code
 * start} once, then {@code respond} once per step that sent something.
 */
sealed interface Exchange
    permits TrustExchange,
        PasswordExchange,
        Md5Exchange,
        ScramExchange,
        CertExchange,
        LookupExchange,
        ChosenExchange,
        LdapExchange {
  AuthStep start();

  /** Takes the body of a {@code p} message of at most {@link #maxResponseLength} bytes. */
  AuthStep respond(byte[] body);

  int maxResponseLength();
}
