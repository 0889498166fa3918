package dev.sluice.proxy.backend;

/** The other side broke the protocol. Without a stack trace: a remote can cause it at will. */
final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
