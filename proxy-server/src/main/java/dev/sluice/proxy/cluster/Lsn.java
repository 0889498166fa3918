package dev.sluice.proxy.cluster;

/** A position in the WAL as PostgreSQL writes it. */
final class Lsn {
  private Lsn() {}

  static String text(long lsn) {
    return "%X/%X".formatted(lsn >>> 32, lsn & 0xFFFF_FFFFL);
  }
}
