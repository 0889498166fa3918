package dev.sluice.proxy.admin;

/**
 * The client broke the protocol; the connection is closed. It carries no stack, as a client causes
 * it at will.
 */
final class ProtocolViolation extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;

  /**
   * A violation.
   *
   * @param problem which message, and what was wrong with it
   */
  ProtocolViolation(String problem) {
    super(problem, null, false, false);
    this.problem = problem;
  }

  String problem() {
    return problem;
  }
}
