package dev.sluice.proxy.auth;

/** How a login goes on once it is known who connects from where. */
sealed interface LoginChoice {
  /** By this method. */
  record GoesOn(ClientAuthentication authentication) implements LoginChoice {}

  record Refuses(AuthStep.Rejected step) implements LoginChoice {}
}
