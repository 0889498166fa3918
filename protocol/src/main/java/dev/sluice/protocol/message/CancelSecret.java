package dev.sluice.protocol.message;

/** Bounds of a cancel key's secret part: exactly 4 bytes before protocol 3.2, up to 256 since. */
public final class CancelSecret {
  public static final int MIN_LENGTH = 4;
  public static final int MAX_LENGTH = 256;

  private CancelSecret() {}

  public static boolean isValidLength(int length) {
    return length >= MIN_LENGTH && length <= MAX_LENGTH;
  }

  static void requireValid(byte[] secret) {
    if (!isValidLength(secret.length)) {
      throw new IllegalArgumentException(
          "a cancel key's secret has 4 to 256 bytes, not " + secret.length);
    }
  }
}
