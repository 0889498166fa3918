package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.AuthStep.Rejected;

/** The refusals of a client's login. */
final class Rejections {
  private Rejections() {}

  /** The one answer to a wrong password and to an unknown user. */
  static Rejected wrongPassword(String user, String reason) {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_PASSWORD, "password authentication failed for user \"" + user + "\""),
        reason);
  }

  static Rejected emptyPassword() {
    return new Rejected(
        ErrorMessage.fatal(SqlState.INVALID_PASSWORD, "empty password returned by client"),
        "the client sent an empty password");
  }

  static Rejected violation(String message) {
    return new Rejected(ErrorMessage.fatal(SqlState.PROTOCOL_VIOLATION, message), message);
  }

  static Rejected malformedScram(String detail) {
    return new Rejected(
        ErrorMessage.fatal(SqlState.PROTOCOL_VIOLATION, "malformed SCRAM message")
            .withDetail("In the client's message " + detail + "."),
        "malformed SCRAM message: " + detail);
  }

  static Rejected noCertificate() {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
            "connection requires a valid client certificate"),
        "the client has no certificate with a common name");
  }

  static Rejected otherCertificate(String user, String certificateName) {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
            "certificate authentication failed for user \"" + user + "\""),
        "the client's certificate is that of \"" + certificateName + "\"");
  }

  static Rejected bindingNegotiation() {
    return new Rejected(
        ErrorMessage.fatal(
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                "SCRAM channel binding negotiation error")
            .withDetail(
                "The client could bind the channel and was told that the server could not; it was"
                    + " told otherwise here."),
        "somebody took SCRAM-SHA-256-PLUS out of what the client was offered");
  }

  static Rejected bindingCheck() {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding check failed"),
        "the client is connected to somebody with another certificate");
  }

  static Rejected notCarriedOut(Throwable cause) {
    return new Rejected(
        ErrorMessage.fatal(SqlState.INTERNAL_ERROR, "authentication could not be carried out"),
        "authentication failed within Sluice: " + cause);
  }
}
