package dev.sluice.proxy.auth;

/** The peer broke the rules of SCRAM. The message says how; there is no stack trace to pay for. */
final class ScramException extends Exception {
  private static final long serialVersionUID = 1L;

  ScramException(String message) {
    super(message, null, false, false);
  }

  /** The message, which is never null here. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
