package dev.sluice.proxy.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MovedTextTest {
  private final MovedText moved = new MovedText("Größe", "s_1", 9, 20, null);

  private static byte[] error(byte[] message, String position) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    fields.write('C');
    fields.writeBytes("42P01\0M".getBytes(StandardCharsets.US_ASCII));
    fields.writeBytes(message);
    fields.writeBytes(("\0P" + position + "\0\0").getBytes(StandardCharsets.US_ASCII));
    ByteBuf out = Unpooled.buffer().writeByte('E').writeInt(fields.size() + 4);
    return ByteBufUtil.getBytes(out.writeBytes(fields.toByteArray()));
  }

  private void assertMoved(byte[] expected, byte[] error) {
    ByteBuf out = moved.inPlaceOf(Unpooled.wrappedBuffer(error), UnpooledByteBufAllocator.DEFAULT);
    assertArrayEquals(expected, ByteBufUtil.getBytes(out));
    out.release();
  }

  @Test
  void theNameAndThePlaceAreTheClients() {
    assertMoved(
        error("statement \"Größe\" is no".getBytes(StandardCharsets.UTF_8), "30"),
        error("statement \"s_1\" is no".getBytes(StandardCharsets.UTF_8), "50"));
  }

  @Test
  void aPlaceAheadOfTheNameStays() {
    byte[] message = "what".getBytes(StandardCharsets.UTF_8);
    assertMoved(error(message, "9"), error(message, "9"));
  }

  /** What is not UTF-8 comes as PostgreSQL sent it. */
  @Test
  void otherEncodingsAreLeftAlone() {
    byte[] message = "relation \"größe\" is not there".getBytes(StandardCharsets.ISO_8859_1);
    assertMoved(error(message, "30"), error(message, "50"));
  }
}
