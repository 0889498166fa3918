package dev.sluice.proxy.server;

/** The server cannot start. The message is for the operator: what failed and what to do. */
public final class StartupException extends Exception {
  private static final long serialVersionUID = 1;

  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
