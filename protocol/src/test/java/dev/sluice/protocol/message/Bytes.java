package dev.sluice.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Compares what is written with bytes that were worked out by hand from the manual. */
final class Bytes {
  private Bytes() {}

  /**
   * @param expected hexadecimal bytes, and text in single quotes, separated by blanks: {@code 5a
   *     00000005 'I'}
   */
  static void assertWrites(String expected, Consumer<ByteBuf> writer) {
    // What is there before stays, and lengths do not count it.
    ByteBuf out = Unpooled.buffer().writeByte(0x55);
    writer.accept(out);
    assertEquals("55" + hex(expected), ByteBufUtil.hexDump(out));
  }

  static void assertRefuses(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    assertThrows(IllegalArgumentException.class, () -> writer.accept(out));
    assertEquals(0, out.writerIndex());
  }

  static ByteBuf of(String expected) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex(expected)));
  }

  private static String hex(String mixed) {
    StringBuilder hex = new StringBuilder();
    boolean quoted = false;
    for (byte b : mixed.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\'') {
        quoted = !quoted;
      } else if (quoted) {
        hex.append(HexFormat.of().toHexDigits(b));
      } else if (b != ' ') {
        hex.append((char) b);
      }
    }
    return hex.toString();
  }
}
