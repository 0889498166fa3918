package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.ErrorMessage;
import dev.sluice.protocol.message.SqlState;
import dev.sluice.protocol.startup.Replication;
import dev.sluice.proxy.auth.AuthStep.Rejected;
import dev.sluice.proxy.auth.hba.HbaRule;
import dev.sluice.proxy.auth.hba.LoginRequest;
import dev.sluice.proxy.auth.hba.Origin;

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

  /** A method other than a password has found that the client is somebody else. */
  static Rejected notTheUser(String method, String user, String reason) {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
            method + " authentication failed for user \"" + user + "\""),
        reason);
  }

  /** To the client, a wrong password and an unknown user are the same. */
  static Rejected ldap(String user, String reason) {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_PASSWORD, "LDAP authentication failed for user \"" + user + "\""),
        reason);
  }

  static Rejected noDirectory(String user, String reason) {
    return new Rejected(
        ErrorMessage.fatal(
                SqlState.CANNOT_CONNECT_NOW,
                "LDAP authentication of user \"" + user + "\" could not be carried out")
            .withDetail("The directory cannot be asked at the moment; the log says why.")
            .withHint("Try again later."),
        "no answer from the directory: " + reason);
  }

  static Rejected noRule(LoginRequest request) {
    return new Rejected(
        ErrorMessage.fatal(
                SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                "no hba rule for " + connection(request))
            .withHint("The rules are those of auth.hba-file; one of them must allow this."),
        "no rule of auth.hba-file matches");
  }

  static Rejected byRule(LoginRequest request, HbaRule rule) {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
            "an hba rule rejects " + connection(request)),
        "the rule " + rule.place() + " rejects it");
  }

  private static String connection(LoginRequest request) {
    String encryption =
        request.origin() instanceof Origin.Network network && network.encrypted()
            ? "SSL encryption"
            : "no encryption";
    return request.replication() == Replication.PHYSICAL
        ? "replication connection from host \"%s\", user \"%s\", %s"
            .formatted(request.origin().host(), request.user(), encryption)
        : "host \"%s\", user \"%s\", database \"%s\", %s"
            .formatted(request.origin().host(), request.user(), request.database(), encryption);
  }

  static Rejected noCertificate(HbaRule rule) {
    return new Rejected(
        ErrorMessage.fatal(
            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
            "connection requires a valid client certificate"),
        "the rule " + rule.place() + " asks for a client certificate");
  }

  static Rejected tooManyLookups() {
    return new Rejected(
        ErrorMessage.fatal(
                SqlState.TOO_MANY_CONNECTIONS,
                "too many logins wait for an answer of a directory or a name service")
            .withHint("Try again later."),
        "too many logins wait for a name service or a directory");
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
