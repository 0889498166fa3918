package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.saslprep.SASLprep;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Passwords as PostgreSQL normalises them before SCRAM: SASLprep (RFC 4013), but a password that is
 * pure ASCII, not UTF-8, or prohibited by SASLprep is used as it is (manual, "SCRAM-SHA-256
 * Authentication").
 */
final class SaslPrep {
  private static final SASLprep PROFILE = new SASLprep();

  private SaslPrep() {}

  static byte[] normalize(byte[] password) {
    if (isAscii(password)) {
      return password;
    }
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString();
      String prepared = PROFILE.prepareStored(text);
      return prepared.isEmpty() ? password : prepared.getBytes(UTF_8);
    } catch (CharacterCodingException | IllegalArgumentException _) {
      return password;
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }
}
