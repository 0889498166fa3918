package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.BackendAuthStep.Failed;

/** Why a login at PostgreSQL came to nothing on our side of the wire. */
final class LoginFailures {
  private LoginFailures() {}

  static Failed secretDoesNotServe(String user, String asked, String hint) {
    return new Failed(
        error(user)
            .withDetail("PostgreSQL asks for " + asked + ", which this login cannot give.")
            .withHint(hint));
  }

  static Failed unsupported(String user, String method) {
    return new Failed(
        error(user)
            .withDetail("PostgreSQL asks for " + method + ", which is not supported here.")
            .withHint("Let pg_hba.conf ask for scram-sha-256, md5, password or trust."));
  }

  static Failed violation(String user, String detail) {
    return new Failed(error(user).withDetail(detail));
  }

  static Failed notCarriedOut(String user, Throwable cause) {
    return new Failed(
        error(user).withDetail("The keys could not be derived: " + cause.getMessage() + "."));
  }

  private static ErrorMessage error(String user) {
    return ErrorMessage.error(
        SqlState.CLIENT_UNABLE_TO_CONNECT,
        "could not log in to PostgreSQL as user \"" + user + "\"");
  }
}
