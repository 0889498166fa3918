package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.proxy.auth.ldap.LdapDirectory;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Accepted;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Refused;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Unavailable;

/** The password in clear text, which a directory checks. */
record LdapExchange(String user, LdapDirectory directory, LoginLookups lookups)
    implements Exchange {
  @Override
  public AuthStep start() {
    return new AuthStep.Send(BackendMessages::authenticationCleartextPassword);
  }

  @Override
  public AuthStep respond(byte[] body) {
    SecretBytes given = PasswordMessage.parse(body);
    if (given == null) {
      return PasswordMessage.malformed();
    }
    if (given.length() == 0) {
      return Rejections.emptyPassword();
    }
    return new AuthStep.Pending(
        lookups.<AuthStep>inDirectory(() -> check(given), Rejections::tooManyLookups));
  }

  private AuthStep check(SecretBytes given) {
    return switch (directory.check(user, given.toByteArray())) {
      case Accepted _ ->
          new AuthStep.Authenticated(
              new LoginCredentials(user, new PlainText(given)), BackendMessages::authenticationOk);
      case Refused refused -> Rejections.ldap(user, refused.reason());
      case Unavailable unavailable -> Rejections.noDirectory(user, unavailable.reason());
    };
  }

  @Override
  public int maxResponseLength() {
    return PasswordMessage.MAX_LENGTH;
  }
}
