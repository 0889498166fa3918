package dev.sluice.proxy.session;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key of bytes for hash maps. A reusable instance is filled from a buffer to look something up
 * without allocating; {@link #copy} makes the one that is stored.
 */
public final class Bytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private byte[] array;
  private int length;
  private int hash;

  public Bytes() {
    this.array = new byte[64];
  }

  private Bytes(byte[] array, int length, int hash) {
    this.array = array;
    this.length = length;
    this.hash = hash;
  }

  public static Bytes of(byte[] bytes) {
    return new Bytes(bytes, bytes.length, hash(bytes, bytes.length));
  }

  public Bytes fill(ByteBuf in, int index, int count) {
    if (array.length < count) {
      array = new byte[Math.max(count, 2 * array.length)];
    }
    in.getBytes(index, array, 0, count);
    length = count;
    hash = hash(array, count);
    return this;
  }

  public Bytes copy() {
    return new Bytes(Arrays.copyOf(array, length), length, hash);
  }

  /** The backing array; the content is its first {@link #length} bytes. */
  public byte[] array() {
    return array;
  }

  public int length() {
    return length;
  }

  /** Gives a large scratch array back to the collector. */
  public void trim(int limit) {
    if (array.length > limit) {
      array = new byte[64];
      length = 0;
      hash = 0;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that
        && hash == that.hash
        && Arrays.equals(array, 0, length, that.array, 0, that.length);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private static int hash(byte[] bytes, int length) {
    long h = length * MIX;
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      h = (h ^ (long) LONGS.get(bytes, i)) * MIX;
      h ^= h >>> 29;
    }
    for (; i < length; i++) {
      h = (h ^ bytes[i]) * MIX;
    }
    return (int) (h ^ (h >>> 32));
  }
}
