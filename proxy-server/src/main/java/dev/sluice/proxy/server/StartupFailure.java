package dev.sluice.proxy.server;

/** The proxy cannot start; the message says why and is fit for an operator. */
public final class StartupFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public StartupFailure(String message) {
    super(message);
  }

  public StartupFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
