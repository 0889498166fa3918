package dev.sluice.it.property;

import java.util.Locale;

/** What an operation is about. The report counts by it. */
enum Kind {
  SET,
  SET_LOCAL,
  RESET,
  SESSION_CHARACTERISTICS,
  SET_CONFIG,
  SET_ROLE,
  SHOW,
  INVALID_VALUE,
  LITERAL_UNDER_SETTINGS,
  BEGIN,
  END_OF_TRANSACTION,
  SAVEPOINT,
  ERROR,
  SQL_PREPARE(true),
  SQL_EXECUTE,
  SQL_DEALLOCATE,
  PROTOCOL_STATEMENT,
  PORTAL,
  CURSOR,
  HELD_CURSOR(true),
  TEMPORARY_TABLE(true),
  TRANSACTION_LOCK,
  SESSION_LOCK(true),
  LISTEN(true),
  NOTIFY,
  SEQUENCE,
  DISCARD,
  ROWS,
  TENANT,
  ROW_SECURITY,
  FUNCTION,
  DO_BLOCK,
  HIDDEN_CHANGE,
  LOOK,
  SYNTAX;

  private final boolean pins;

  Kind() {
    this(false);
  }

  Kind(boolean pins) {
    this.pins = pins;
  }

  /** Whether it may leave state behind that cannot move to another backend. */
  boolean pins() {
    return pins;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
