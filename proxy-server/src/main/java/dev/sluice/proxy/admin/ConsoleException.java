package dev.sluice.proxy.admin;

import dev.sluice.protocol.message.ErrorMessage;

/**
 * What the client asked cannot be done; the session answers it and goes on. It carries no stack: a
 * client causes it at will.
 */
final class ConsoleException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ErrorMessage error;

  ConsoleException(ErrorMessage error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  ErrorMessage error() {
    return error;
  }
}
