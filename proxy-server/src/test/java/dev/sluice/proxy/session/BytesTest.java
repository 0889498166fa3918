package dev.sluice.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void aFilledScratchEqualsWhatIsStored() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Bytes scratch = new Bytes();
    for (int round = 0; round < 1000; round++) {
      byte[] content = new byte[random.nextInt(200)];
      random.nextBytes(content);
      byte[] padded = new byte[content.length + 6];
      System.arraycopy(content, 0, padded, 3, content.length);
      scratch.fill(Unpooled.wrappedBuffer(padded), 3, content.length);
      Bytes stored = Bytes.of(content);
      String what = "seed " + seed + ", round " + round;
      assertEquals(stored, scratch, what);
      assertEquals(stored.hashCode(), scratch.hashCode(), what);
      assertEquals(stored, scratch.copy(), what);
      if (content.length > 0) {
        byte[] other = content.clone();
        other[random.nextInt(other.length)] ^= 1;
        assertNotEquals(Bytes.of(other), scratch, what);
        assertNotEquals(Bytes.of(Arrays.copyOf(content, content.length - 1)), scratch, what);
      }
    }
  }

  @Test
  void aCopyStaysWhenTheScratchIsFilledAnew() {
    Bytes scratch = new Bytes();
    Bytes copy = scratch.fill(Unpooled.wrappedBuffer(new byte[] {1, 2}), 0, 2).copy();
    scratch.fill(Unpooled.wrappedBuffer(new byte[] {3, 4}), 0, 2);
    assertEquals(Bytes.of(new byte[] {1, 2}), copy);
    assertEquals(2, copy.length());
  }

  @Test
  void aLargeScratchIsGivenBack() {
    Bytes scratch = new Bytes();
    scratch.fill(Unpooled.wrappedBuffer(new byte[1000]), 0, 1000);
    byte[] large = scratch.array();
    scratch.trim(1000);
    assertEquals(1000, scratch.length());
    scratch.trim(999);
    assertEquals(0, scratch.length());
    assertNotSame(large, scratch.array());
  }

  @Test
  void hashesOfSimilarTextsDiffer() {
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      hashes.add(
          Bytes.of(("SELECT * FROM t WHERE id = " + i).getBytes(StandardCharsets.UTF_8))
              .hashCode());
    }
    assertTrue(hashes.size() > 9_990, "distinct: " + hashes.size());
  }
}
