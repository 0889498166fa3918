package dev.sluice.proxy.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FramesTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

  @AfterEach
  void nothingLeaks() {
    assertEquals(0, allocator.metric().usedDirectMemory());
    assertEquals(0, allocator.metric().usedHeapMemory());
  }

  @Test
  void whateverIsCutIsWholeAgain() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] stream = new byte[1 + random.nextInt(5000)];
      random.nextBytes(stream);
      int sent = 0;
      int handled = 0;
      ByteBuf left = null;
      while (sent < stream.length) {
        int piece = 1 + random.nextInt(Math.min(700, stream.length - sent));
        ByteBuf in = allocator.buffer(1024).writeBytes(stream, sent, piece);
        sent += piece;
        ByteBuf joined = Frames.join(allocator, left, in);
        byte[] expected = Arrays.copyOfRange(stream, handled, sent);
        assertArrayEquals(expected, ByteBufUtil.getBytes(joined), "seed " + seed);
        int take = random.nextInt(joined.readableBytes() + 1);
        joined.skipBytes(take);
        handled += take;
        left = Frames.rest(allocator, joined);
        assertEquals(handled == sent, left == null, "seed " + seed);
      }
      release(left);
    }
  }

  /** A message of a megabyte in small pieces is copied a few times, not once for every piece. */
  @Test
  void aLongMessageIsJoinedInLinearTime() {
    int length = 1 << 20;
    ByteBuf left = null;
    int copies = 0;
    for (int sent = 0; sent <= length; sent += 1024) {
      ByteBuf in = allocator.buffer(1024);
      if (sent == 0) {
        in.writeByte('P').writeInt(length).writeZero(1024 - Frames.HEADER);
      } else {
        in.writeZero(1024);
      }
      ByteBuf before = left;
      left = Frames.rest(allocator, Frames.join(allocator, left, in));
      copies += same(before, left) ? 0 : 1;
    }
    assertTrue(copies <= 4, "copied " + copies + " times");
    release(left);
  }

  @Test
  void aSharedBufferIsNotWrittenTo() {
    ByteBuf left = allocator.buffer(100).writeByte(1);
    ByteBuf slice = left.retainedSlice();
    ByteBuf joined = Frames.join(allocator, left, allocator.buffer().writeByte(2));
    assertFalse(same(left, joined));
    assertEquals(1, slice.readableBytes());
    slice.release();
    joined.release();
  }

  @Test
  void aSmallRestDoesNotKeepTheReceiveBuffer() {
    ByteBuf in = allocator.buffer(1000).writeZero(1000).skipBytes(990);
    ByteBuf rest = Frames.rest(allocator, in);
    assertEquals(0, in.refCnt());
    assertEquals(10, rest == null ? 0 : rest.readableBytes());
    release(rest);
    assertNull(Frames.rest(allocator, allocator.buffer()));
  }

  @Test
  void aChannelIsReadWhileNothingSpeaksAgainstIt() {
    EmbeddedChannel channel = new EmbeddedChannel();
    ReadGate gate = new ReadGate(channel);
    gate.shut(ReadGate.PEER_UNWRITABLE);
    gate.shut(ReadGate.HELD);
    gate.open(ReadGate.PEER_UNWRITABLE);
    assertFalse(channel.config().isAutoRead());
    gate.open(ReadGate.QUEUE_FULL);
    assertFalse(channel.config().isAutoRead());
    gate.set(ReadGate.HELD, false);
    assertTrue(channel.config().isAutoRead());
    gate.set(ReadGate.QUEUE_FULL, true);
    assertFalse(channel.config().isAutoRead());
    channel.close();
  }

  @SuppressWarnings("ReferenceEquality") // is it the same buffer?
  private static boolean same(@Nullable ByteBuf one, @Nullable ByteBuf other) {
    return one == other;
  }

  private static void release(@Nullable ByteBuf buffer) {
    if (buffer != null) {
      buffer.release();
    }
  }
}
