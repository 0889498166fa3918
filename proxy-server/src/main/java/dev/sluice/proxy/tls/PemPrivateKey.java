package dev.sluice.proxy.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM: PKCS #8 as it is, and the older forms for RSA (PKCS #1) and elliptic curves
 * (RFC 5915) that openssl still writes, which are put into PKCS #8 (RFC 5208) for the JDK.
 */
final class PemPrivateKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ((?:[A-Z]+ )*PRIVATE KEY)-----(.*?)-----END (?:[A-Z]+ )*PRIVATE KEY-----",
          Pattern.DOTALL);
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  /** rsaEncryption with its NULL parameter (RFC 8017). */
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** id-ecPublicKey (RFC 5480). */
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int PARAMETERS = 0xa0;

  private PemPrivateKey() {}

  static PrivateKey parse(Path file, byte[] octets) throws TlsFileException {
    Matcher block = BLOCK.matcher(new String(octets, ISO_8859_1));
    if (!block.find()) {
      throw new TlsFileException(file, "holds no private key in PEM");
    }
    String body = block.group(2);
    if (block.group(1).startsWith("ENCRYPTED") || body.contains("ENCRYPTED")) {
      throw new TlsFileException(
          file, "the private key is encrypted; decrypt it with openssl pkey");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new TlsFileException(file, "the private key is not base64");
    }
    byte[] pkcs8 =
        switch (block.group(1)) {
          case "RSA PRIVATE KEY" -> wrapped(RSA, der);
          case "EC PRIVATE KEY" -> wrapped(tagged(SEQUENCE, EC, curve(file, der)), der);
          default -> der;
        };
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // Perhaps one of the others.
      }
    }
    throw new TlsFileException(
        file, "the private key is of none of the kinds RSA, EC, Ed25519 and Ed448");
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTET_STRING, key));
  }

  /** The curve's object identifier, which is in the parameters of an ECPrivateKey. */
  private static byte[] curve(Path file, byte[] der) throws TlsFileException {
    for (int i = 0; i + 3 < der.length; i++) {
      int length = der[i + 1];
      boolean holdsAnIdentifier =
          der[i] == (byte) PARAMETERS
              && der[i + 2] == OBJECT_IDENTIFIER
              && length == der[i + 3] + 2
              && i + 2 + length <= der.length;
      if (holdsAnIdentifier) {
        return Arrays.copyOfRange(der, i + 2, i + 2 + length);
      }
    }
    throw new TlsFileException(file, "the EC private key does not name its curve");
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
