package dev.sluice.protocol.message;

/**
 * How bad an ErrorResponse or NoticeResponse is; the names are what PostgreSQL sends, untranslated,
 * in field {@code V}.
 */
public enum Severity {
  DEBUG,
  LOG,
  INFO,
  NOTICE,
  WARNING,
  ERROR,
  FATAL,
  PANIC;

  /** True when PostgreSQL closes the connection after it. */
  public boolean endsConnection() {
    return this == FATAL || this == PANIC;
  }
}
