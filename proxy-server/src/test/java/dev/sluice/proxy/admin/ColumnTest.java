package dev.sluice.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnTest {

  @Test
  void textIsItsBytesInBothFormats() {
    Column<String> column = Column.text("c", value -> value);
    assertEquals("zß", ascii(column, "zß", WireFormat.TEXT));
    assertEquals("7ac39f", hex(column, "zß", WireFormat.BINARY));
    assertEquals("", ascii(column, "", WireFormat.TEXT));
    Column<String> absent = Column.text("c", value -> null);
    assertNull(absent.encode("x", WireFormat.TEXT));
    assertNull(absent.encode("x", WireFormat.BINARY));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 00000000",
    "1, 1, 00000001",
    "-1, -1, ffffffff",
    "2147483647, 2147483647, 7fffffff",
    "2147483648, 2147483647, 7fffffff",
    "-9000000000, -2147483648, 80000000"
  })
  void int4IsFourBytesAndClampsWhatDoesNotFit(long value, String text, String binary) {
    Column<Long> column = Column.int4("c", number -> number);
    assertEquals(text, ascii(column, value, WireFormat.TEXT));
    assertEquals(binary, hex(column, value, WireFormat.BINARY));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0000000000000000",
    "-1, ffffffffffffffff",
    "9223372036854775807, 7fffffffffffffff",
    "258, 0000000000000102"
  })
  void int8IsEightBytes(long value, String binary) {
    Column<Long> column = Column.int8("c", number -> number);
    assertEquals(Long.toString(value), ascii(column, value, WireFormat.TEXT));
    assertEquals(binary, hex(column, value, WireFormat.BINARY));
  }

  /** The binary forms are what numeric_send of PostgreSQL 15 gave. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0000000000000000",
    "1, 1, 00010000000000000001",
    "-1, -1, 00010000400000000001",
    "9999, 9999, 0001000000000000270f",
    "10000, 10000, 00010001000000000001",
    "10001, 10001, 000200010000000000010001",
    "100000000, 100000000, 00010002000000000001",
    "12345678, 12345678, 000200010000000004d2162e",
    "9223372036854775807, 9223372036854775807, 0005000400000000039a0d2c0170156516af",
    "-9223372036854775808, -9223372036854775808, 0005000440000000039a0d2c0170156516b0",
    "0.00, 0.00, 0000000000000002",
    "0.0001, 0.0001, 0001ffff000000040001",
    "0.00012, 0.00012, 0002ffff00000005000107d0",
    "1.5, 1.5, 000200000000000100011388",
    "-1.50, -1.50, 000200004000000200011388",
    "12345.678, 12345.678, 0003000100000003000109291a7c",
    "10000.0001, 10000.0001, 0003000100000004000100000001",
    "0.1, 0.1, 0001ffff0000000103e8",
    "99990000, 99990000, 0001000100000000270f",
    "1e-7, 0.0000001, 0001fffe00000007000a",
    "123e3, 123000, 0002000100000000000c0bb8"
  })
  void numericIsAsPostgresSendsIt(String value, String text, String binary) {
    Column<BigDecimal> column = Column.numeric("c", number -> number);
    BigDecimal number = new BigDecimal(value);
    assertEquals(text, ascii(column, number, WireFormat.TEXT));
    assertEquals(binary, hex(column, number, WireFormat.BINARY));
  }

  @Test
  void boolIsOneLetterOrOneByte() {
    Column<Boolean> column = Column.bool("c", value -> value);
    assertEquals("t", ascii(column, true, WireFormat.TEXT));
    assertEquals("f", ascii(column, false, WireFormat.TEXT));
    assertEquals("01", hex(column, true, WireFormat.BINARY));
    assertEquals("00", hex(column, false, WireFormat.BINARY));
  }

  @Test
  void byteaIsHexadecimalOrItself() {
    byte[] bytes = {0, 1, (byte) 0xfe, '\\'};
    Column<byte[]> column = Column.bytea("c", value -> value);
    assertEquals("\\x0001fe5c", ascii(column, bytes, WireFormat.TEXT));
    assertArrayEquals(bytes, column.encode(bytes, WireFormat.BINARY));
  }

  @Test
  void timesAreLocalWithTheShortNameOfTheZone() {
    Column<ZonedDateTime> column = Column.time("c", value -> value);
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    assertEquals(
        "2026-01-02 04:04:05 CET",
        ascii(column, SampleData.CONNECTED.atZone(berlin), WireFormat.TEXT));
    assertEquals(
        "2026-07-02 05:04:06 CEST",
        ascii(column, SampleData.REQUESTED.atZone(berlin), WireFormat.TEXT));
    assertEquals(
        "2026-01-02 03:04:05 UTC",
        ascii(column, SampleData.CONNECTED.atZone(ZoneId.of("UTC")), WireFormat.TEXT));
  }

  private static <R> String ascii(Column<R> column, R row, WireFormat format) {
    return new String(encode(column, row, format), StandardCharsets.UTF_8);
  }

  private static <R> String hex(Column<R> column, R row, WireFormat format) {
    return HexFormat.of().formatHex(encode(column, row, format));
  }

  private static <R> byte[] encode(Column<R> column, R row, WireFormat format) {
    byte @Nullable [] bytes = column.encode(row, format);
    assertNotNull(bytes);
    return bytes;
  }
}
