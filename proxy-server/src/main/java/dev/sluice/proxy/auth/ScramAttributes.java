package dev.sluice.proxy.auth;

/**
 * Reads the comma-separated {@code name=value} attributes of RFC 5802 section 7 in their order.
 *
 * <p>The text is the message in ISO 8859-1, so that every byte is one character and the signed text
 * is exactly what was received.
 */
final class ScramAttributes {
  private final String message;
  private int position;

  ScramAttributes(String message) {
    this.message = message;
  }

  /** Where the next attribute starts. */
  int position() {
    return position;
  }

  boolean atEnd() {
    return position > message.length();
  }

  char nextName() {
    return position < message.length() ? message.charAt(position) : 0;
  }

  /** The value of the next attribute, which must have this name. */
  String value(char name) throws ScramException {
    if (atEnd() || nextName() != name) {
      throw new ScramException("attribute \"" + name + "\" is missing");
    }
    return read();
  }

  /** RFC 5802 lets extensions follow, and whoever does not know one ignores it. */
  void skipExtensions() throws ScramException {
    while (!atEnd()) {
      skipExtension();
    }
  }

  void skipExtension() throws ScramException {
    char name = nextName();
    if ((name < 'a' || name > 'z') && (name < 'A' || name > 'Z')) {
      throw new ScramException("an attribute does not start with a letter");
    }
    read();
  }

  private String read() throws ScramException {
    int end = message.indexOf(',', position);
    if (end < 0) {
      end = message.length();
    }
    if (position + 1 >= end || message.charAt(position + 1) != '=') {
      throw new ScramException("an attribute's name is not followed by \"=\"");
    }
    String value = message.substring(position + 2, end);
    if (value.indexOf(0) >= 0) {
      throw new ScramException("an attribute's value contains a NUL");
    }
    position = end + 1;
    return value;
  }

  /** A nonce as RFC 5802 has it: not empty, printable ASCII without commas. */
  static String requireNonce(String nonce) throws ScramException {
    if (nonce.isEmpty()) {
      throw new ScramException("the nonce is empty");
    }
    for (int i = 0; i < nonce.length(); i++) {
      if (nonce.charAt(i) < 0x21 || nonce.charAt(i) > 0x7e) {
        throw new ScramException("the nonce contains a character that is not printable");
      }
    }
    return nonce;
  }

  /** A key, proof or signature in base64. */
  static byte[] requireKey(String base64, String what) throws ScramException {
    byte[] key = StrictBase64.decode(base64);
    if (key == null || key.length != ScramSha256.KEY_LENGTH) {
      throw new ScramException("the " + what + " is not 32 bytes in base64");
    }
    return key;
  }
}
