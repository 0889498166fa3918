package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.stringprep.Tables;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;

/**
 * Passwords as PostgreSQL normalises them before SCRAM: SASLprep (RFC 4013), but a password that is
 * pure ASCII, not UTF-8, or prohibited by SASLprep is used as it is.
 *
 * <p>Only the library's tables serve here. Its own SASLprep looks for what is prohibited after the
 * normalisation; PostgreSQL and libpq look before, so that U+1D2C (not assigned in Unicode 3.2)
 * makes them take the password as it is, and does not become an A. They also turn a zero width
 * space into a space, where others drop it.
 */
final class SaslPrep {
  private SaslPrep() {}

  static byte[] normalize(byte[] password) {
    if (isAscii(password)) {
      return password;
    }
    int[] mapped;
    try {
      mapped = map(UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString());
    } catch (CharacterCodingException _) {
      return password;
    }
    if (mapped.length == 0 || prohibited(mapped) || mixesDirections(mapped)) {
      return password;
    }
    String text = new String(mapped, 0, mapped.length);
    return Normalizer.normalize(text, Normalizer.Form.NFKC).getBytes(UTF_8);
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** RFC 4013 section 2.1. */
  private static int[] map(String text) {
    return text.codePoints()
        .map(c -> Tables.prohibitionNonAsciiSpace(c) ? ' ' : c)
        .filter(c -> !Tables.mapToNothing(c))
        .toArray();
  }

  /** RFC 4013 sections 2.3 and 2.5, as for stored strings. */
  private static boolean prohibited(int[] codePoints) {
    for (int c : codePoints) {
      if (Tables.prohibitionAsciiControl(c)
          || Tables.prohibitionNonAsciiControl(c)
          || Tables.prohibitionPrivateUse(c)
          || Tables.prohibitionNonCharacterCodePoints(c)
          || Tables.prohibitionSurrogateCodes(c)
          || Tables.prohibitionInappropriatePlainText(c)
          || Tables.prohibitionInappropriateCanonicalRepresentation(c)
          || Tables.prohibitionChangeDisplayProperties(c)
          || Tables.prohibitionTaggingCharacters(c)
          || Tables.unassignedCodePoints(c)) {
        return true;
      }
    }
    return false;
  }

  /** RFC 3454 section 6: right-to-left text starts, ends and mixes with nothing else. */
  private static boolean mixesDirections(int[] codePoints) {
    boolean rightToLeft = false;
    boolean leftToRight = false;
    for (int c : codePoints) {
      rightToLeft |= Tables.bidirectionalPropertyRorAL(c);
      leftToRight |= Tables.bidirectionalPropertyL(c);
    }
    boolean framed =
        Tables.bidirectionalPropertyRorAL(codePoints[0])
            && Tables.bidirectionalPropertyRorAL(codePoints[codePoints.length - 1]);
    return rightToLeft && (leftToRight || !framed);
  }
}
