package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.hba.LoginRequest;
import dev.sluice.proxy.auth.ldap.LdapDirectory;

/**
 * Passwords in clear text for everybody: users of the users-file are checked against that, all
 * others by a directory.
 */
public final class DirectoryLogins implements LoginPolicy {
  private final Authenticator authenticator;
  private final UsersFile users;
  private final LdapDirectory directory;
  private final LoginLookups lookups;

  /**
   * @param authenticator by method password
   */
  public DirectoryLogins(
      Authenticator authenticator, UsersFile users, LdapDirectory directory, LoginLookups lookups) {
    this.authenticator = authenticator;
    this.users = users;
    this.directory = directory;
    this.lookups = lookups;
  }

  @Override
  public ClientAuthentication begin(LoginRequest request, ClientChannel channel) {
    return users.contains(request.user())
        ? authenticator.begin(request.user(), channel)
        : new ClientAuthentication(new LdapExchange(request.user(), directory, lookups));
  }
}
