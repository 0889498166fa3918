package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.auth.AuthenticationRequest.CleartextPassword;
import dev.sluice.proxy.auth.AuthenticationRequest.Malformed;
import dev.sluice.proxy.auth.AuthenticationRequest.Md5Password;
import dev.sluice.proxy.auth.AuthenticationRequest.Sasl;
import dev.sluice.proxy.auth.AuthenticationRequest.SaslContinue;
import dev.sluice.proxy.auth.AuthenticationRequest.SaslFinal;
import dev.sluice.proxy.auth.AuthenticationRequest.Unsupported;
import dev.sluice.proxy.auth.BackendAuthStep.Await;
import dev.sluice.proxy.auth.BackendAuthStep.Failed;
import dev.sluice.proxy.auth.BackendAuthStep.Ok;
import dev.sluice.proxy.auth.BackendAuthStep.Pending;
import dev.sluice.proxy.auth.BackendAuthStep.Send;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One login at PostgreSQL: fed its {@code R} messages until {@link Ok} or {@link Failed}. Whatever
 * PostgreSQL, or who answers in its place, sends and whenever: the result is a step, never an
 * exception. An ErrorResponse is not for this class; it ends the login as it is.
 */
public final class BackendAuthentication {
  private static final String PLAIN_TEXT_HINT =
      "Give the database a user and password in the configuration, or the client's user a"
          + " password in plain text in the users-file.";
  private static final String SCRAM_HINT =
      "Let PostgreSQL store and ask for SCRAM-SHA-256, or give the client's user a password in"
          + " plain text in the users-file.";

  private final LoginCredentials credentials;
  private final BackendScram scram;

  /** Atomic because the end of pending work is reached on the executor's thread. */
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.START);

  BackendAuthentication(LoginCredentials credentials, BackendScram scram) {
    this.credentials = credentials;
    this.scram = scram;
  }

  /**
   * Takes PostgreSQL's next {@code R} message.
   *
   * @param body the message behind its length; read, not released
   */
  public BackendAuthStep onRequest(ByteBuf body) {
    Phase before = phase.getAndSet(Phase.WORKING);
    AuthenticationRequest request = AuthenticationRequest.parse(body);
    try {
      return switch (request) {
        case AuthenticationRequest.Ok _ -> onOk(before);
        case CleartextPassword _ when before == Phase.START -> cleartext();
        case Md5Password md5 when before == Phase.START -> md5(md5.salt().toByteArray());
        case Sasl sasl when before == Phase.START -> sasl(sasl.mechanisms());
        case SaslContinue message when before == Phase.SASL_FIRST_SENT ->
            settle(scram.onServerFirst(message.data()), Phase.SASL_FINAL_SENT);
        case SaslFinal message when before == Phase.SASL_FINAL_SENT ->
            settle(scram.onServerFinal(message.data()), Phase.ANSWERED);
        case Unsupported unsupported ->
            settle(LoginFailures.unsupported(credentials.user(), unsupported.name()), Phase.OVER);
        case Malformed malformed -> violation("an authentication message has " + malformed.what());
        case CleartextPassword _, Md5Password _, Sasl _, SaslContinue _, SaslFinal _ ->
            violation("an authentication message came out of turn");
      };
    } catch (ScramException e) {
      return violation("in the SCRAM exchange " + e.reason());
    }
  }

  private BackendAuthStep onOk(Phase before) {
    return switch (before) {
      case START, ANSWERED -> settle(new Ok(), Phase.OVER);
      // Whoever lets us in without the proof that SCRAM ends with does not know our password.
      case SASL_FIRST_SENT, SASL_FINAL_SENT ->
          violation("it accepted the login without proving that it knows the password");
      case WORKING, OVER -> violation("an authentication message came out of turn");
    };
  }

  private BackendAuthStep cleartext() {
    return credentials.secret() instanceof PlainText plain
        ? settle(password(plain.password().toByteArray()), Phase.ANSWERED)
        : doesNotServe("the password in clear text", PLAIN_TEXT_HINT);
  }

  private BackendAuthStep md5(byte[] salt) {
    return switch (credentials.secret()) {
      case PlainText plain -> md5(Md5Hash.of(credentials.user(), plain.password()), salt);
      case Md5Hash hash -> md5(hash, salt);
      case ScramKeys _, NoSecret _ -> doesNotServe("an md5 password", SCRAM_HINT);
    };
  }

  private BackendAuthStep md5(Md5Hash hash, byte[] salt) {
    return settle(password(hash.response(salt)), Phase.ANSWERED);
  }

  private BackendAuthStep sasl(List<String> mechanisms) {
    if (!mechanisms.contains(ScramSha256.MECHANISM)) {
      return settle(
          LoginFailures.unsupported(credentials.user(), String.join(", ", mechanisms)), Phase.OVER);
    }
    return switch (credentials.secret()) {
      case PlainText _, ScramKeys _ ->
          settle(scram.start(mechanisms.contains(ChannelBinding.MECHANISM)), Phase.SASL_FIRST_SENT);
      case Md5Hash _, NoSecret _ -> doesNotServe("SCRAM-SHA-256", PLAIN_TEXT_HINT);
    };
  }

  private BackendAuthStep doesNotServe(String asked, String hint) {
    return settle(LoginFailures.secretDoesNotServe(credentials.user(), asked, hint), Phase.OVER);
  }

  private BackendAuthStep violation(String detail) {
    phase.set(Phase.OVER);
    return LoginFailures.violation(credentials.user(), "PostgreSQL broke the protocol: " + detail);
  }

  private BackendAuthStep settle(BackendAuthStep step, Phase next) {
    return switch (step) {
      case Pending pending ->
          new Pending(
              pending
                  .step()
                  .exceptionally(e -> LoginFailures.notCarriedOut(credentials.user(), e))
                  .thenApply(done -> enter(done, next)));
      case Send _, Await _, Ok _, Failed _ -> enter(step, next);
    };
  }

  private BackendAuthStep enter(BackendAuthStep step, Phase next) {
    Phase entered = step instanceof Failed ? Phase.OVER : next;
    // A server that did not wait for pending work has failed the login meanwhile.
    return phase.compareAndSet(Phase.WORKING, entered)
        ? step
        : LoginFailures.violation(credentials.user(), "the login is over");
  }

  private static Send password(byte[] bytes) {
    return new Send(out -> FrontendMessages.password(out, bytes));
  }

  private enum Phase {
    START,
    SASL_FIRST_SENT,
    SASL_FINAL_SENT,
    /** A password was sent, or PostgreSQL proved itself: AuthenticationOk may come. */
    ANSWERED,
    WORKING,
    OVER
  }
}
