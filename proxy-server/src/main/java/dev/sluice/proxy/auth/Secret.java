package dev.sluice.proxy.auth;

import org.jspecify.annotations.Nullable;

/** What a client's password is checked against, in the forms of {@code pg_authid.rolpassword}. */
public sealed interface Secret permits PlainText, Md5Hash, ScramVerifier {
  /**
   * Reads a secret as it is stored. What is neither a verifier nor a hash is a password in plain
   * text; but one that is spoilt is null: otherwise the user could not log in, and whoever reads
   * the stored text could.
   *
   * @throws IllegalArgumentException if it contains a NUL
   */
  static @Nullable Secret parse(String text) {
    if (text.startsWith(ScramVerifier.PREFIX)) {
      return ScramVerifier.parse(text);
    }
    return Md5Hash.LOOKALIKE.matcher(text).matches() ? Md5Hash.parse(text) : PlainText.of(text);
  }
}
