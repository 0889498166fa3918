package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.ErrorMessage;

/** What a {@link SecretSource} says of one user. */
public sealed interface SecretAnswer {
  /** The user may log in with this. */
  record Found(Secret secret) implements SecretAnswer {}

  /**
   * The user is unknown or cannot log in.
   *
   * @param reason for the log; to the client all of them are a wrong password
   */
  record NotFound(String reason) implements SecretAnswer {}

  /**
   * Nobody can say at the moment.
   *
   * @param error for the client; the same for every user, whether there is one of that name or not
   * @param reason for the log
   */
  record Unavailable(ErrorMessage error, String reason) implements SecretAnswer {}
}
