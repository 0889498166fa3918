package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.ErrorMessage;
import java.util.concurrent.CompletableFuture;

/** What to do next in a login at PostgreSQL. */
public sealed interface BackendAuthStep {
  /** Write this message and flush, then wait for PostgreSQL's next one. */
  record Send(AuthMessages message) implements BackendAuthStep {}

  /** Nothing to write: wait for PostgreSQL's next message. */
  record Await() implements BackendAuthStep {}

  /** PostgreSQL let us in, and proved itself where the method has that. */
  record Ok() implements BackendAuthStep {}

  /** The login cannot go on: close the connection. The error is for the clients that wait. */
  record Failed(ErrorMessage error) implements BackendAuthStep {}

  /**
   * The next step is being worked out on the executor. The future always completes normally, with a
   * step that is not pending, on a thread of the executor: whoever owns a channel goes back to its
   * event loop.
   */
  record Pending(CompletableFuture<BackendAuthStep> step) implements BackendAuthStep {}
}
