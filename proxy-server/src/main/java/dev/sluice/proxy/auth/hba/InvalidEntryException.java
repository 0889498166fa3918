package dev.sluice.proxy.auth.hba;

/** One entry of a file is wrong. The message says what is, and what would be valid. */
final class InvalidEntryException extends Exception {
  private static final long serialVersionUID = 1;

  private final String problem;

  InvalidEntryException(String problem) {
    super(problem);
    this.problem = problem;
  }

  String problem() {
    return problem;
  }
}
