package dev.sluice.proxy.auth;

import org.jspecify.annotations.Nullable;

/**
 * What one login is checked against. Where a user cannot log in at all, a stand-in takes the place
 * of the secret, so that the exchange looks and costs the same until it is refused.
 *
 * @param refusal why this login fails whatever the client proves, for the log; null if it may
 *     succeed
 */
record Account<S>(String user, S secret, @Nullable String refusal) {
  /** The same login in a form that one method works with. */
  <T> Account<T> with(T form) {
    return new Account<>(user, form, refusal);
  }

  /** The credentials if the client proved its case, else the one refusal. */
  AuthStep conclude(boolean proven, LoginSecret secret, AuthMessages messages) {
    if (refusal != null) {
      return Rejections.wrongPassword(user, refusal);
    }
    return proven
        ? new AuthStep.Authenticated(new LoginCredentials(user, secret), messages)
        : Rejections.wrongPassword(user, "the password is wrong");
  }
}
