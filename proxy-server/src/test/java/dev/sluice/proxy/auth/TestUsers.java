package dev.sluice.proxy.auth;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Users-files and credentials for tests. Few iterations keep the tests short. */
final class TestUsers {
  static final int ITERATIONS = 32;
  static final String SALT = "vlzrKLN/lfIXkdsrMfsL8w==";

  /** Runs work where it is submitted. */
  static final Executor DIRECT = Runnable::run;

  /** The methods that ask the client for something. */
  static final List<AuthMethod> ASKING =
      List.of(AuthMethod.PASSWORD, AuthMethod.MD5, AuthMethod.SCRAM_SHA_256);

  private TestUsers() {}

  static UsersFile of(String user, Secret secret) {
    return of(Map.of(user, secret));
  }

  static UsersFile of(Map<String, ? extends Secret> secrets) {
    Map<String, Optional<Secret>> users = new HashMap<>();
    secrets.forEach((user, secret) -> users.put(user, Optional.of(secret)));
    return new UsersFile(users);
  }

  static ScramVerifier verifier(String password) {
    return ScramKeys.derive(SecretBytes.utf8(password), ITERATIONS, SALT).verifier();
  }

  static Md5Hash md5(String user, String password) {
    return Md5Hash.of(user, SecretBytes.utf8(password));
  }

  static BackendAuthentication client(String user, String password) {
    return client(LoginCredentials.withPassword(user, password));
  }

  static BackendAuthentication client(LoginCredentials credentials) {
    return new BackendAuthenticator(DIRECT).begin(credentials);
  }
}
