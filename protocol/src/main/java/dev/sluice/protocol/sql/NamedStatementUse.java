package dev.sluice.protocol.sql;

/**
 * The prepared statement that a text names, so that the name can be replaced by the one the backend
 * knows.
 *
 * @param name folded and cut to 63 bytes as PostgreSQL does with identifiers
 * @param offset of the name's token, quotes included, in bytes from the text's start
 * @param length of the token in bytes
 * @param body where the statement begins that a PREPARE is for, in bytes from the text's start; -1
 *     for other commands
 */
public record NamedStatementUse(Kind kind, String name, int offset, int length, int body) {
  /** The command that names it. */
  public enum Kind {
    DEALLOCATE,
    EXECUTE,
    PREPARE
  }

  NamedStatementUse(Kind kind, String name, int offset, int length) {
    this(kind, name, offset, length, -1);
  }

  NamedStatementUse withBody(int start) {
    return new NamedStatementUse(kind, name, offset, length, start);
  }
}
