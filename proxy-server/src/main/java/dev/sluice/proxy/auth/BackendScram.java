package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.protocol.message.FrontendMessages;
import dev.sluice.proxy.auth.BackendAuthStep.Await;
import dev.sluice.proxy.auth.BackendAuthStep.Failed;
import dev.sluice.proxy.auth.BackendAuthStep.Pending;
import dev.sluice.proxy.auth.BackendAuthStep.Send;
import dev.sluice.proxy.auth.ScramClient.ServerFirst;
import java.util.concurrent.CompletableFuture;

/** SCRAM-SHA-256 with PostgreSQL as the server. The caller sees to the order of the messages. */
final class BackendScram {
  private final LoginCredentials credentials;
  private final ScramClient client;
  private final ScramKeyCache cache;

  BackendScram(LoginCredentials credentials, ScramClient client, ScramKeyCache cache) {
    this.credentials = credentials;
    this.client = client;
    this.cache = cache;
  }

  /**
   * @param bindingOffered whether PostgreSQL has the mechanism with channel binding
   */
  BackendAuthStep start(boolean bindingOffered) {
    String mechanism =
        client.choose(bindingOffered) ? ChannelBinding.MECHANISM : ScramSha256.MECHANISM;
    byte[] first = client.first().getBytes(ISO_8859_1);
    return new Send(out -> FrontendMessages.saslInitialResponse(out, mechanism, first));
  }

  BackendAuthStep onServerFirst(String message) throws ScramException {
    ServerFirst serverFirst = client.onServerFirst(message);
    return switch (credentials.secret()) {
      case PlainText plain -> derive(plain, serverFirst);
      case ScramKeys keys -> withKeys(keys, serverFirst);
      case Md5Hash _, NoSecret _ -> throw new IllegalStateException("SCRAM needs its keys");
    };
  }

  BackendAuthStep onServerFinal(String message) throws ScramException {
    client.onServerFinal(message);
    return new Await();
  }

  private BackendAuthStep derive(PlainText plain, ServerFirst serverFirst) {
    CompletableFuture<ScramKeys> keys =
        cache.keys(plain.password(), serverFirst.iterations(), serverFirst.salt());
    return keys.state() == CompletableFuture.State.SUCCESS
        ? sendFinal(keys.resultNow())
        : new Pending(keys.thenApply(this::sendFinal));
  }

  private BackendAuthStep withKeys(ScramKeys keys, ServerFirst serverFirst) {
    if (keys.iterations() != serverFirst.iterations() || !keys.salt().equals(serverFirst.salt())) {
      return otherVerifier();
    }
    return sendFinal(keys);
  }

  private Failed otherVerifier() {
    return LoginFailures.secretDoesNotServe(
        credentials.user(),
        "SCRAM with another salt or iteration count than the verifier the client logged in with"
            + " has",
        "Copy the verifier from PostgreSQL's pg_authid to the users-file again; one that"
            + " auth.query answered is asked for again after auth.query-cache.ttl.");
  }

  private BackendAuthStep sendFinal(ScramKeys keys) {
    byte[] message = client.finalMessage(keys).getBytes(ISO_8859_1);
    return new Send(out -> FrontendMessages.saslResponse(out, message));
  }
}
