package dev.sluice.proxy.cli;

/** What the commands exit with; the help lists them. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INVALID_CONFIGURATION = 3;

  private ExitCode() {}
}
