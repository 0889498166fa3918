package dev.sluice.proxy.auth;

/**
 * Who somebody is, and what proves it to PostgreSQL: the outcome of a client's login, or the fixed
 * login of a database.
 */
public record LoginCredentials(String user, LoginSecret secret) {
  public static LoginCredentials withPassword(String user, String password) {
    return new LoginCredentials(user, PlainText.of(password));
  }

  public static LoginCredentials withoutSecret(String user) {
    return new LoginCredentials(user, new NoSecret());
  }
}
