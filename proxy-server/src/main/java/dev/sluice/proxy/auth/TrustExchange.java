package dev.sluice.proxy.auth;

import dev.sluice.protocol.message.BackendMessages;

/** Asks nothing. */
record TrustExchange(LoginCredentials credentials) implements Exchange {
  @Override
  public AuthStep start() {
    return new AuthStep.Authenticated(credentials, BackendMessages::authenticationOk);
  }

  @Override
  public AuthStep respond(byte[] body) {
    throw new IllegalStateException("nothing was asked");
  }

  @Override
  public int maxResponseLength() {
    return 0;
  }
}
