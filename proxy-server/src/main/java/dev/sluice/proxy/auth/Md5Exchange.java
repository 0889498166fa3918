package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.BackendMessages;

/**
 * Method {@code md5}: the password's hash, hashed again with four random bytes.
 *
 * @param known what PostgreSQL can be told after the login
 */
record Md5Exchange(Account<Md5Hash> account, LoginSecret known, SecretBytes salt)
    implements Exchange {
  static final int SALT_LENGTH = 4;

  @Override
  public AuthStep start() {
    return new AuthStep.Send(
        out -> BackendMessages.authenticationMd5Password(out, salt.toByteArray()));
  }

  @Override
  public AuthStep respond(byte[] body) {
    SecretBytes given = PasswordMessage.parse(body);
    if (given == null) {
      return PasswordMessage.malformed();
    }
    if (given.length() == 0) {
      return Rejections.emptyPassword();
    }
    SecretBytes expected = SecretBytes.copyOf(account.secret().response(salt.toByteArray()));
    return account.conclude(given.equals(expected), known, BackendMessages::authenticationOk);
  }

  @Override
  public int maxResponseLength() {
    return PasswordMessage.MAX_LENGTH;
  }
}
