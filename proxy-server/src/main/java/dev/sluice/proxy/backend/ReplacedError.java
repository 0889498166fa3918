package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.ErrorMessage;

/**
 * In place of what a client asked for, PostgreSQL is sent what it cannot parse: so it refuses, in
 * and outside of transactions, just as if it had been asked, and the client hears why instead.
 *
 * @param onRefused to be done to the books once it is refused
 */
public record ReplacedError(ErrorMessage error, Runnable onRefused) implements Undoable {
  @Override
  public void undo(boolean failed) {
    if (failed) {
      onRefused.run();
    }
  }
}
