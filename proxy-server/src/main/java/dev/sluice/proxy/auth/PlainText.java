package dev.sluice.proxy.auth;

/** A password as it was typed; it serves every authentication method. */
public record PlainText(SecretBytes password) implements Secret, LoginSecret {
  /**
   * @throws IllegalArgumentException if it contains a NUL, which no protocol message can carry
   */
  public PlainText {
    if (password.contains((byte) 0)) {
      throw new IllegalArgumentException("a password cannot contain a NUL");
    }
  }

  /**
   * @throws IllegalArgumentException if it contains a NUL
   */
  public static PlainText of(String password) {
    return new PlainText(SecretBytes.utf8(password));
  }
}
