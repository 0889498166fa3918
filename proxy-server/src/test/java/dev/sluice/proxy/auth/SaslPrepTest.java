package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SaslPrepTest {
  @Test
  void normalisesAsRfc4013Demands() {
    assertEquals("IX", prepared("I\u00ADX"), "soft hyphen maps to nothing");
    assertEquals("user", prepared("user"));
    assertEquals("a", prepared("\u00AA"), "feminine ordinal");
    assertEquals("IX", prepared("\u2168"), "roman numeral nine");
    assertEquals("a b", prepared("a\u00A0b"), "no-break space maps to a space");
  }

  @Test
  void whatSaslPrepProhibitsStaysAsItIs() {
    assertEquals("bell\u0007", prepared("bell\u0007"), "ASCII is never touched");
    assertEquals("\u00E4\u0007", prepared("\u00E4\u0007"));
    assertEquals("\u06271", prepared("\u06271"), "right-to-left text that ends otherwise");
    assertEquals("x\u0221", prepared("x\u0221"), "not assigned in Unicode 3.2");
    assertEquals("\u00AD", prepared("\u00AD"), "nothing would be left");
    assertEquals("", prepared(""));
  }

  /** Each was tried on PostgreSQL 15. */
  @Test
  void prohibitsBeforeItNormalisesAsPostgresqlDoes() {
    assertEquals("a\u1D2C", prepared("a\u1D2C"), "normalises to A, not assigned in Unicode 3.2");
    assertEquals("a\u0340", prepared("a\u0340"), "deprecated, normalises to U+0300");
    assertEquals("a\u05D0", prepared("a\u2135"), "normalises to a letter from right to left");
    assertEquals("a b", prepared("a\u200Bb"), "zero width space is a space");
  }

  @Test
  void whatIsNotUtf8StaysAsItIs() {
    byte[] latin1 = {'p', (byte) 0xE4, 's', 's'};
    assertArrayEquals(latin1, SaslPrep.normalize(latin1));
    byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
    assertArrayEquals(surrogate, SaslPrep.normalize(surrogate));
  }

  private static String prepared(String password) {
    return new String(SaslPrep.normalize(password.getBytes(UTF_8)), UTF_8);
  }
}
