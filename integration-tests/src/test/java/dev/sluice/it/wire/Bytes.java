package dev.sluice.it.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Octets of a message, compared by content and printed so that two transcripts can be read side by
 * side.
 */
public final class Bytes {
  private static final int SHOWN = 200;

  private final byte[] octets;

  private Bytes(byte[] octets) {
    this.octets = octets;
  }

  public static Bytes of(byte... octets) {
    return new Bytes(octets.clone());
  }

  public static Bytes of(String text) {
    return new Bytes(text.getBytes(UTF_8));
  }

  /** {@code hex} without separators, e.g. {@code 0000002a}. */
  public static Bytes ofHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  public int size() {
    return octets.length;
  }

  public byte[] toArray() {
    return octets.clone();
  }

  public String text() {
    return new String(octets, UTF_8);
  }

  public String hex() {
    return HexFormat.of().formatHex(octets);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /**
   * Printable text in quotes, anything else in hex; long values as their start, length and SHA-256.
   */
  @Override
  public String toString() {
    if (octets.length <= SHOWN) {
      return show(octets);
    }
    return show(Arrays.copyOf(octets, SHOWN / 4))
        + "...["
        + octets.length
        + " bytes, "
        + digest()
        + "]";
  }

  private static String show(byte[] octets) {
    String text = new String(octets, UTF_8);
    boolean printable =
        text.codePoints()
            .allMatch(c -> (c >= ' ' && c != 0x7f && c != 0xfffd) || c == '\n' || c == '\t');
    return printable
        ? "'" + text.replace("\n", "\\n").replace("\t", "\\t") + "'"
        : "x" + HexFormat.of().formatHex(octets);
  }

  private String digest() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(octets);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
