package dev.sluice.proxy.server;

import dev.sluice.config.AuthConfig;
import dev.sluice.proxy.auth.AuthMethod;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.DirectoryLogins;
import dev.sluice.proxy.auth.LoginLookups;
import dev.sluice.proxy.auth.LoginPolicy;
import dev.sluice.proxy.auth.RuleLogins;
import dev.sluice.proxy.auth.SecretSource;
import dev.sluice.proxy.auth.hba.HbaRules;
import dev.sluice.proxy.auth.ldap.LdapDirectory;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Makes of the section {@code auth} how clients log in. */
final class LoginPolicies {
  private LoginPolicies() {}

  /**
   * @param source asked for users that the users-file does not name; null for none
   * @param workers for what takes CPU time
   * @param lookups for what waits for others
   */
  static LoginPolicy of(
      AuthConfig auth,
      AuthFiles files,
      @Nullable SecretSource source,
      Executor workers,
      LoginLookups lookups) {
    return switch (auth.method()) {
      case TRUST -> sameForAll(AuthMethod.TRUST, files, source, workers);
      case MD5 -> sameForAll(AuthMethod.MD5, files, source, workers);
      case SCRAM_SHA_256 -> sameForAll(AuthMethod.SCRAM_SHA_256, files, source, workers);
      case PASSWORD ->
          files.ldap() == null
              ? sameForAll(AuthMethod.PASSWORD, files, source, workers)
              : new DirectoryLogins(
                  Authenticator.create(AuthMethod.PASSWORD, files.users(), source, workers),
                  files.users(),
                  new LdapDirectory(files.ldap()),
                  lookups);
      case HBA -> rules(files, source, workers, lookups);
      case CERT -> certificates(files, source, workers);
    };
  }

  private static LoginPolicy sameForAll(
      AuthMethod method, AuthFiles files, @Nullable SecretSource source, Executor workers) {
    return LoginPolicy.sameForAll(Authenticator.create(method, files.users(), source, workers));
  }

  private static LoginPolicy certificates(
      AuthFiles files, @Nullable SecretSource source, Executor workers) {
    Authenticator authenticator =
        Authenticator.create(AuthMethod.CERT, files.users(), source, workers);
    return LoginPolicy.sameForAll(
        files.maps().has(AuthFiles.CERTIFICATE_MAP)
            ? authenticator.withCertificateNames(
                (name, user) -> files.maps().allows(AuthFiles.CERTIFICATE_MAP, name, user))
            : authenticator);
  }

  private static LoginPolicy rules(
      AuthFiles files, @Nullable SecretSource source, Executor workers, LoginLookups lookups) {
    HbaRules rules = files.hba();
    if (rules == null) {
      throw new IllegalArgumentException("method hba without rules");
    }
    return new RuleLogins(
        rules,
        files.maps(),
        Authenticator.create(AuthMethod.TRUST, files.users(), source, workers),
        files.users(),
        lookups);
  }
}
