package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.SqlState;
import dev.sluice.proxy.auth.AuthStep.Authenticated;
import dev.sluice.proxy.auth.AuthStep.Pending;
import dev.sluice.proxy.auth.AuthStep.Rejected;
import dev.sluice.proxy.auth.AuthStep.Send;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out what the client's proof is to be checked against, and goes on with that. */
final class LookupExchange implements Exchange {
  private final SecretSource source;
  private final String user;
  private final String database;
  private final Function<SecretAnswer, Exchange> exchanges;
  private @Nullable SecretAnswer answer;
  private @Nullable Exchange exchange;

  /**
   * @param exchanges what follows an answer, other than that there is none
   */
  LookupExchange(
      SecretSource source,
      String user,
      String database,
      Function<SecretAnswer, Exchange> exchanges) {
    this.source = source;
    this.user = user;
    this.database = database;
    this.exchanges = exchanges;
  }

  @Override
  public AuthStep start() {
    return then(source.find(user, database), this::begin);
  }

  private AuthStep begin(SecretAnswer found) {
    if (found instanceof SecretAnswer.Unavailable unavailable) {
      return new Rejected(unavailable.error(), unavailable.reason());
    }
    Exchange begun = exchanges.apply(found);
    answer = found;
    exchange = begun;
    return begun.start();
  }

  @Override
  public AuthStep respond(byte[] body) {
    Exchange asked = exchange;
    if (asked == null) {
      throw new IllegalStateException("nothing was asked");
    }
    return switch (asked.respond(body)) {
      case Send send -> send;
      case Authenticated authenticated -> authenticated;
      case Rejected rejected -> refused(asked, body, rejected);
      case Pending pending ->
          new Pending(
              pending
                  .step()
                  .thenCompose(
                      step ->
                          step instanceof Rejected rejected
                              ? future(refused(asked, body, rejected))
                              : CompletableFuture.completedFuture(step)));
    };
  }

  /** What was found may be out of date. */
  private AuthStep refused(Exchange asked, byte[] body, Rejected rejected) {
    if (!rejected.error().is(SqlState.INVALID_PASSWORD)) {
      return rejected;
    }
    CompletableFuture<SecretAnswer> again = source.findAgain(user, database);
    if (asked instanceof ScramExchange) {
      // The proof was made for the old salt and says nothing about a new one. The client's next
      // login is asked with that.
      return rejected;
    }
    return then(
        again, found -> found.equals(answer) ? rejected : retried(asked, body, found, rejected));
  }

  private AuthStep retried(Exchange asked, byte[] body, SecretAnswer found, Rejected rejected) {
    if (found instanceof SecretAnswer.Unavailable) {
      return rejected;
    }
    return switch (exchanges.apply(found)) {
      case PasswordExchange fresh when asked instanceof PasswordExchange -> fresh.respond(body);
      case Md5Exchange fresh when asked instanceof Md5Exchange old ->
          new Md5Exchange(fresh.account(), fresh.known(), old.salt()).respond(body);
      case TrustExchange _,
          PasswordExchange _,
          Md5Exchange _,
          ScramExchange _,
          CertExchange _,
          LookupExchange _,
          ChosenExchange _,
          LdapExchange _ ->
          rejected;
    };
  }

  private static AuthStep then(
      CompletableFuture<SecretAnswer> found, Function<SecretAnswer, AuthStep> next) {
    return found.state() == CompletableFuture.State.SUCCESS
        ? next.apply(found.resultNow())
        : new Pending(found.thenApply(next));
  }

  private static CompletableFuture<AuthStep> future(AuthStep step) {
    return step instanceof Pending pending
        ? pending.step()
        : CompletableFuture.completedFuture(step);
  }

  @Override
  public int maxResponseLength() {
    return exchange == null ? 0 : exchange.maxResponseLength();
  }
}
