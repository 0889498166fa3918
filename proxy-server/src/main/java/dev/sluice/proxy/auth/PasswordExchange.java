package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.BackendMessages;
import java.util.concurrent.Executor;

/** Method {@code password}: the client sends it in clear text. */
record PasswordExchange(Account<Secret> account, Executor executor) implements Exchange {
  @Override
  public AuthStep start() {
    return new AuthStep.Send(BackendMessages::authenticationCleartextPassword);
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
    return switch (account.secret()) {
      case PlainText plain -> conclude(given.equals(plain.password()), given);
      case Md5Hash hash -> conclude(Md5Hash.of(account.user(), given).equals(hash), given);
      case ScramVerifier verifier ->
          new AuthStep.Pending(
              Work.submit(executor, () -> conclude(verifier.matches(given), given)));
    };
  }

  @Override
  public int maxResponseLength() {
    return PasswordMessage.MAX_LENGTH;
  }

  private AuthStep conclude(boolean matches, SecretBytes given) {
    return account.conclude(matches, new PlainText(given), BackendMessages::authenticationOk);
  }
}
