package dev.sluice.protocol.message;

/** The byte in ReadyForQuery that tells where the session stands. */
public final class TransactionStatus {
  /** Not in a transaction block. */
  public static final byte IDLE = 'I';

  /** In a transaction block. */
  public static final byte IN_BLOCK = 'T';

  /** In a transaction block that failed: PostgreSQL refuses all but its end with 25P02. */
  public static final byte FAILED_BLOCK = 'E';

  private TransactionStatus() {}
}
