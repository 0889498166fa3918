package dev.sluice.proxy.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.protocol.message.BackendMessages;
import dev.sluice.proxy.auth.ScramServer.ClientFinal;
import dev.sluice.proxy.auth.ScramServer.Proven;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Method {@code scram-sha-256} (manual, "SASL Authentication"). */
final class ScramExchange implements Exchange {
  /** PostgreSQL's own limit for a SASL message. */
  private static final int MAX_LENGTH = 1024;

  private final Account<ScramSource> account;
  private final ScramServer server;
  private final boolean bindingOffered;
  private Expected expected = Expected.INITIAL_RESPONSE;

  /**
   * @param nonce our part of the nonce: fresh, random, printable, without commas
   * @param binding null if the channel cannot be bound to
   */
  ScramExchange(Account<ScramSource> account, String nonce, @Nullable ChannelBinding binding) {
    this.account = account;
    this.server =
        new ScramServer(account.secret().iterations(), account.secret().salt(), nonce, binding);
    this.bindingOffered = binding != null;
  }

  @Override
  public AuthStep start() {
    return new AuthStep.Send(out -> BackendMessages.authenticationSasl(out, mechanisms()));
  }

  private List<String> mechanisms() {
    return bindingOffered
        ? List.of(ChannelBinding.MECHANISM, ScramSha256.MECHANISM)
        : List.of(ScramSha256.MECHANISM);
  }

  @Override
  public AuthStep respond(byte[] body) {
    try {
      return switch (expected) {
        case INITIAL_RESPONSE -> onInitialResponse(body);
        case CLIENT_FIRST -> onClientFirst(body);
        case CLIENT_FINAL -> onClientFinal(body);
      };
    } catch (ScramException e) {
      return Rejections.malformedScram(e.reason());
    }
  }

  @Override
  public int maxResponseLength() {
    return MAX_LENGTH;
  }

  private AuthStep onInitialResponse(byte[] body) throws ScramException {
    SaslInitialResponse initial = SaslInitialResponse.parse(body);
    if (initial == null) {
      return Rejections.violation("the lengths in the SASL initial response do not fit");
    }
    if (!mechanisms().contains(initial.mechanism())) {
      return Rejections.violation("client selected an invalid SASL authentication mechanism");
    }
    server.bind(initial.mechanism().equals(ChannelBinding.MECHANISM));
    if (initial.data() == null) {
      expected = Expected.CLIENT_FIRST;
      return send("");
    }
    return onClientFirst(initial.data());
  }

  private AuthStep onClientFirst(byte[] message) throws ScramException {
    String serverFirst = server.onClientFirst(new String(message, ISO_8859_1));
    if (server.downgraded()) {
      return Rejections.bindingNegotiation();
    }
    expected = Expected.CLIENT_FINAL;
    return send(serverFirst);
  }

  private AuthStep onClientFinal(byte[] message) throws ScramException {
    ClientFinal clientFinal = server.onClientFinal(new String(message, ISO_8859_1));
    if (!clientFinal.bound()) {
      return Rejections.bindingCheck();
    }
    CompletableFuture<ScramVerifier> verifier = account.secret().verifier();
    // A verifier that is there is used here: the check itself is a few hashes.
    return verifier.state() == CompletableFuture.State.SUCCESS
        ? conclude(clientFinal, verifier.resultNow())
        : new AuthStep.Pending(verifier.thenApply(derived -> conclude(clientFinal, derived)));
  }

  private AuthStep conclude(ClientFinal clientFinal, ScramVerifier verifier) {
    Proven proven = server.verify(clientFinal, verifier);
    if (proven == null) {
      return account.conclude(false, new NoSecret(), out -> {});
    }
    PlainText password = account.secret().password();
    return account.conclude(
        true,
        password == null ? proven.keys() : password,
        out -> {
          BackendMessages.authenticationSaslFinal(out, proven.serverFinal().getBytes(ISO_8859_1));
          BackendMessages.authenticationOk(out);
        });
  }

  private static AuthStep send(String message) {
    byte[] bytes = message.getBytes(ISO_8859_1);
    return new AuthStep.Send(out -> BackendMessages.authenticationSaslContinue(out, bytes));
  }

  private enum Expected {
    INITIAL_RESPONSE,
    CLIENT_FIRST,
    CLIENT_FINAL
  }
}
