package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's {@code md5} password hash (manual, "Password Authentication" and pg_authid): MD5 of
 * password and user name. Who has it can log in without the password.
 *
 * @param hex 32 lower-case hexadecimal digits, without the {@code md5} prefix
 */
public record Md5Hash(SecretBytes hex) implements Secret, LoginSecret {
  /** What means to be a hash, right or wrong. */
  static final Pattern LOOKALIKE = Pattern.compile("(?i)md5[0-9a-f]{32}");

  private static final Pattern FORM = Pattern.compile("md5[0-9a-f]{32}");
  private static final HexFormat HEX = HexFormat.of();

  /** The hash in {@code md5} plus 32 lower-case hexadecimal digits; null if it is not that. */
  public static @Nullable Md5Hash parse(String text) {
    return FORM.matcher(text).matches() ? new Md5Hash(SecretBytes.utf8(text.substring(3))) : null;
  }

  static Md5Hash of(String user, SecretBytes password) {
    return new Md5Hash(SecretBytes.copyOf(hexMd5(password.toByteArray(), user.getBytes(UTF_8))));
  }

  /** What a client answers to AuthenticationMD5Password with this salt, without the NUL. */
  byte[] response(byte[] salt) {
    byte[] digest = hexMd5(hex.toByteArray(), salt);
    byte[] response = new byte[3 + digest.length];
    System.arraycopy("md5".getBytes(US_ASCII), 0, response, 0, 3);
    System.arraycopy(digest, 0, response, 3, digest.length);
    return response;
  }

  private static byte[] hexMd5(byte[] first, byte[] second) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(first);
      md5.update(second);
      return HEX.formatHex(md5.digest()).getBytes(US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("MD5 is not available in this Java runtime", e);
    }
  }
}
