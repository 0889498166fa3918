package dev.sluice.config;

/**
 * The six sslmodes: towards PostgreSQL with libpq's meaning (PostgreSQL manual, "SSL Support" in
 * libpq), towards clients with PgBouncer's.
 */
public enum TlsMode {
  DISABLE,
  ALLOW,
  PREFER,
  REQUIRE,
  VERIFY_CA,
  VERIFY_FULL;

  /** Whether the other side's certificate is verified, for which a CA is needed. */
  public boolean verifies() {
    return this == VERIFY_CA || this == VERIFY_FULL;
  }
}
