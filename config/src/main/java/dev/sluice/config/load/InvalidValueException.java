package dev.sluice.config.load;

/**
 * A value that a key does not take. The message says what is wrong and, after a semicolon, what
 * would be valid.
 */
final class InvalidValueException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidValueException(String message) {
    super(message);
  }
}
