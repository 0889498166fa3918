package dev.sluice.protocol.message;

/**
 * One column of a RowDescription that Sluice makes up. It belongs to no table and has no type
 * modifier.
 *
 * @param typeSize bytes of a value, or -1 if it varies
 * @param format 0 text, 1 binary
 */
public record ColumnDescription(String name, int typeOid, short typeSize, short format) {
  /** A column of type {@code text} in text format. */
  public static ColumnDescription text(String name) {
    return new ColumnDescription(name, 25, (short) -1, (short) 0);
  }

  /** A column of type {@code bigint} in text format. */
  public static ColumnDescription bigint(String name) {
    return new ColumnDescription(name, 20, (short) 8, (short) 0);
  }
}
