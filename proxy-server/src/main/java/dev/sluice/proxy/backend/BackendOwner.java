package dev.sluice.proxy.backend;

import dev.sluice.protocol.message.ErrorMessage;

/** The pool a backend belongs to, as the backend sees it. Called from any event loop. */
public interface BackendOwner {
  /** Logged in and ready for its first lease. */
  void connected(BackendConnection backend);

  /**
   * The connection or its login did not come about.
   *
   * @param error PostgreSQL's own, or 08001
   */
  void connectFailed(ErrorMessage error);

  /**
   * Something arrived for a backend that nobody has.
   *
   * @return true if it was idle and is now the caller's alone; false if it has just been leased
   */
  boolean withdraw(BackendConnection backend);

  /** Quiet and clean: the next may have it. */
  void available(BackendConnection backend);

  /** A connection that had logged in is gone, or will be within a moment. */
  void closed(BackendConnection backend);
}
