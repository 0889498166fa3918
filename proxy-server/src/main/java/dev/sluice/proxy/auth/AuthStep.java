package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.ErrorMessage;
import java.util.concurrent.CompletableFuture;

/** What to do next in a client's login. */
public sealed interface AuthStep {
  /** Write these messages and flush, then wait for the client's next {@code p} message. */
  record Send(AuthMessages messages) implements AuthStep {}

  /**
   * The client is who it says.
   *
   * @param messages what completes the exchange, AuthenticationOk included
   */
  record Authenticated(LoginCredentials credentials, AuthMessages messages) implements AuthStep {}

  /**
   * Send the error and close.
   *
   * @param reason what an operator should know and the client must not; for the log, no secret in
   *     it
   */
  record Rejected(ErrorMessage error, String reason) implements AuthStep {}

  /**
   * The next step is being worked out on the executor. The future always completes normally, with a
   * step that is not pending, on a thread of the executor: whoever owns a channel goes back to its
   * event loop.
   */
  record Pending(CompletableFuture<AuthStep> step) implements AuthStep {}
}
