package dev.sluice.proxy.auth;

/** Nothing to prove a login with: only a server that trusts us lets us in. */
public record NoSecret() implements LoginSecret {}
