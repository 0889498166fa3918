package dev.sluice.proxy.admin;

/** The PostgreSQL types the console answers with; object ids and sizes as in {@code pg_type}. */
enum ColumnType {
  BOOL(16, 1),
  BYTEA(17, -1),
  INT8(20, 8),
  INT4(23, 4),
  TEXT(25, -1),
  NUMERIC(1700, -1),
  VOID(2278, 4);

  private final int oid;
  private final int size;

  ColumnType(int oid, int size) {
    this.oid = oid;
    this.size = size;
  }

  int oid() {
    return oid;
  }

  /** Bytes of a value, or -1 when values differ in length. */
  int size() {
    return size;
  }
}
