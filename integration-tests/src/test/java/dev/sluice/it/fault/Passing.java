package dev.sluice.it.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.it.wire.Bytes;

/**
 * A message on its way through a {@link FaultProxy}.
 *
 * @param connection counts the connections of the proxy from 1
 * @param tag {@code '\0'} for StartupMessage, SSLRequest, GSSENCRequest and CancelRequest
 * @param start the first octets of the body, enough to know it by
 * @param length of the body in octets
 */
public record Passing(int connection, Side from, char tag, Bytes start, int length) {
  private static final int CANCEL_CODE = 1234 << 16 | 5678;

  /** Who sent it. */
  public enum Side {
    /** The one who connected to the proxy. */
    CLIENT,
    SERVER
  }

  public boolean isCancelRequest() {
    byte[] octets = start.toArray();
    return tag == '\0'
        && octets.length >= 4
        && ((octets[0] & 0xff) << 24
                | (octets[1] & 0xff) << 16
                | (octets[2] & 0xff) << 8
                | (octets[3] & 0xff))
            == CANCEL_CODE;
  }

  /** Whether the start of the body has this text in it, in any case. */
  public boolean contains(String text) {
    String body = new String(start.toArray(), UTF_8);
    return body.regionMatches(true, 0, text, 0, text.length())
        || body.toLowerCase(java.util.Locale.ROOT)
            .contains(text.toLowerCase(java.util.Locale.ROOT));
  }
}
