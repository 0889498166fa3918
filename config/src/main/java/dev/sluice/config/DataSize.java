package dev.sluice.config;

/** A number of bytes, written with a unit ({@code 16KiB}). */
public record DataSize(long bytes) {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }

  /** For limits that are compared with the sizes of buffers. */
  public int toIntExact() {
    return Math.toIntExact(bytes);
  }

  /** As it is written: the largest binary unit that divides it. */
  @Override
  public String toString() {
    long count = bytes;
    int unit = 0;
    while (count != 0 && count % 1024 == 0 && unit < UNITS.length - 1) {
      count /= 1024;
      unit++;
    }
    return count + UNITS[unit];
  }
}
