package dev.sluice.proxy.admin;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A column of a result: its name, its type, and how a row's value is written.
 *
 * @param <R> what a row is made of
 */
record Column<R>(String name, ColumnType type, Encoder<R> encoder) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.US);

  /** Writes one value; null is SQL's NULL. */
  @FunctionalInterface
  interface Encoder<R> {
    byte @Nullable [] encode(R row, WireFormat format);
  }

  byte @Nullable [] encode(R row, WireFormat format) {
    return encoder.encode(row, format);
  }

  static <R> Column<R> text(String name, Function<R, @Nullable String> value) {
    return new Column<>(
        name,
        ColumnType.TEXT,
        (row, format) -> {
          String text = value.apply(row);
          return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        });
  }

  /** A point in time as PgBouncer shows it: text, in local time, with the zone's short name. */
  static <R> Column<R> time(String name, Function<R, ZonedDateTime> value) {
    return text(name, row -> value.apply(row).format(TIME));
  }

  /** A value beyond the range of int4 is shown as the nearest that fits. */
  static <R> Column<R> int4(String name, ToLongFunction<R> value) {
    return new Column<>(
        name,
        ColumnType.INT4,
        (row, format) -> {
          int number = Math.clamp(value.applyAsLong(row), Integer.MIN_VALUE, Integer.MAX_VALUE);
          return switch (format) {
            case TEXT -> ascii(Integer.toString(number));
            case BINARY -> ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
          };
        });
  }

  /** A truth that PgBouncer shows as the int4 1 or 0. */
  static <R> Column<R> flag(String name, Predicate<R> value) {
    return int4(name, row -> value.test(row) ? 1L : 0L);
  }

  static <R> Column<R> int8(String name, ToLongFunction<R> value) {
    return new Column<>(
        name,
        ColumnType.INT8,
        (row, format) -> {
          long number = value.applyAsLong(row);
          return switch (format) {
            case TEXT -> ascii(Long.toString(number));
            case BINARY -> ByteBuffer.allocate(Long.BYTES).putLong(number).array();
          };
        });
  }

  static <R> Column<R> numeric(String name, Function<R, @Nullable BigDecimal> value) {
    return new Column<>(
        name,
        ColumnType.NUMERIC,
        (row, format) -> {
          BigDecimal number = value.apply(row);
          if (number == null) {
            return null;
          }
          return switch (format) {
            case TEXT -> ascii(number.toPlainString());
            case BINARY -> BinaryNumeric.encode(number);
          };
        });
  }

  /** A whole number that PgBouncer gives the type numeric. */
  static <R> Column<R> count(String name, ToLongFunction<R> value) {
    return numeric(name, row -> BigDecimal.valueOf(value.applyAsLong(row)));
  }

  static <R> Column<R> bool(String name, Predicate<R> value) {
    return new Column<>(
        name,
        ColumnType.BOOL,
        (row, format) -> {
          boolean holds = value.test(row);
          return switch (format) {
            case TEXT -> ascii(holds ? "t" : "f");
            case BINARY -> new byte[] {(byte) (holds ? 1 : 0)};
          };
        });
  }

  static <R> Column<R> bytea(String name, Function<R, byte @Nullable []> value) {
    return new Column<>(
        name,
        ColumnType.BYTEA,
        (row, format) -> {
          byte[] bytes = value.apply(row);
          if (bytes == null) {
            return null;
          }
          return switch (format) {
            case TEXT -> ascii("\\x" + HexFormat.of().formatHex(bytes));
            case BINARY -> bytes;
          };
        });
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
