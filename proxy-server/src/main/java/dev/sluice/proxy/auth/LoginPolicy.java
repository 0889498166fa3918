package dev.sluice.proxy.auth;

import dev.sluice.proxy.auth.hba.LoginRequest;

/** Decides by which method a client has to prove who it is. Safe for all threads. */
@FunctionalInterface
public interface LoginPolicy {
  /** Begins a login. Does not block. */
  ClientAuthentication begin(LoginRequest request, ClientChannel channel);

  /** Begins a login over a connection that has proved nothing. */
  default ClientAuthentication begin(LoginRequest request) {
    return begin(request, ClientChannel.PLAINTEXT);
  }

  /** One method for everybody. */
  static LoginPolicy sameForAll(Authenticator authenticator) {
    return (request, channel) -> begin(authenticator, request, channel);
  }

  /** By one authenticator. What a server says of a user does not open the console. */
  static ClientAuthentication begin(
      Authenticator authenticator, LoginRequest request, ClientChannel channel) {
    return request.console()
        ? authenticator.begin(request.user(), channel)
        : authenticator.begin(request.user(), request.database(), channel);
  }
}
