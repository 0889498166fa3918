package dev.sluice.proxy.admin;

import java.math.BigDecimal;
import java.nio.ByteBuffer;

/**
 * The binary form of {@code numeric}, as PostgreSQL's {@code numeric_send} writes it: four 16-bit
 * words (number of digits, weight of the first digit, sign, decimal places shown) and the digits to
 * the base of 10000, without zeros at either end.
 */
final class BinaryNumeric {
  private static final int DECIMALS_PER_DIGIT = 4;
  private static final short NEGATIVE = 0x4000;

  private BinaryNumeric() {}

  static byte[] encode(BigDecimal number) {
    BigDecimal value = number.scale() < 0 ? number.setScale(0) : number;
    String decimals = value.unscaledValue().abs().toString();
    int scale = value.scale();
    if (decimals.length() <= scale) {
      decimals = "0".repeat(scale + 1 - decimals.length()) + decimals;
    }
    int point = decimals.length() - scale;
    String padded =
        "0".repeat(padding(point)) + decimals + "0".repeat(padding(decimals.length() - point));

    int count = padded.length() / DECIMALS_PER_DIGIT;
    short[] digits = new short[count];
    for (int i = 0; i < count; i++) {
      int start = i * DECIMALS_PER_DIGIT;
      digits[i] = (short) Integer.parseInt(padded, start, start + DECIMALS_PER_DIGIT, 10);
    }
    int first = 0;
    while (first < count && digits[first] == 0) {
      first++;
    }
    int end = count;
    while (end > first && digits[end - 1] == 0) {
      end--;
    }
    int weight = (point + padding(point)) / DECIMALS_PER_DIGIT - 1 - first;

    ByteBuffer out = ByteBuffer.allocate(8 + 2 * (end - first));
    out.putShort((short) (end - first));
    out.putShort((short) (end == first ? 0 : weight));
    out.putShort(value.signum() < 0 ? NEGATIVE : 0);
    out.putShort((short) scale);
    for (int i = first; i < end; i++) {
      out.putShort(digits[i]);
    }
    return out.array();
  }

  private static int padding(int decimals) {
    return Math.floorMod(-decimals, DECIMALS_PER_DIGIT);
  }
}
