package dev.sluice.proxy.auth.hba;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses that agree in some of their bits. */
final class IpRange {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

  private final byte[] address;
  private final byte[] mask;

  /** Address and mask of one family. */
  private IpRange(byte[] address, byte[] mask) {
    this.address = address;
    this.mask = mask;
  }

  /**
   * @param mask of the same family as the address; its bits need not be contiguous
   */
  static IpRange of(InetAddress address, InetAddress mask) {
    return new IpRange(address.getAddress(), mask.getAddress());
  }

  /**
   * @param prefixLength from 0 to the address's length in bits
   */
  static IpRange of(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    byte[] mask = new byte[bytes.length];
    for (int bit = 0; bit < prefixLength; bit++) {
      mask[bit / 8] |= (byte) (0x80 >>> bit % 8);
    }
    return new IpRange(bytes, mask);
  }

  static IpRange only(InetAddress address) {
    return of(address, address.getAddress().length * 8);
  }

  /** The address that a text stands for, null if it is a name or nonsense. Asks no name service. */
  static @Nullable InetAddress literal(String text) {
    if (!IPV4.matcher(text).matches() && text.indexOf(':') < 0) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  boolean contains(InetAddress other) {
    byte[] bytes = other.getAddress();
    if (bytes.length != address.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (((bytes[i] ^ address[i]) & mask[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
