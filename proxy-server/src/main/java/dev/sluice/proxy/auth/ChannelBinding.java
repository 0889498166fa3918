package dev.sluice.proxy.auth;

import java.util.Arrays;

/**
 * What ties a SCRAM exchange to the TLS channel it runs in: tls-server-end-point (RFC 5929), the
 * only type that PostgreSQL has.
 *
 * @param data the hash of the server's certificate
 */
public record ChannelBinding(SecretBytes data) {
  static final String TYPE = "tls-server-end-point";
  static final String MECHANISM = "SCRAM-SHA-256-PLUS";

  /** The GS2 header (RFC 5802 section 5.1) of a client that binds. */
  static final String GS2_HEADER = "p=" + TYPE + ",,";

  /** What goes base64-encoded into attribute c of client-final-message. */
  byte[] behind(byte[] gs2Header) {
    byte[] hash = data.toByteArray();
    byte[] all = Arrays.copyOf(gs2Header, gs2Header.length + hash.length);
    System.arraycopy(hash, 0, all, gs2Header.length, hash.length);
    return all;
  }

  public static ChannelBinding of(byte[] data) {
    return new ChannelBinding(SecretBytes.copyOf(data));
  }
}
