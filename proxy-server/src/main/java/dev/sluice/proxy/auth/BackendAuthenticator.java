package dev.sluice.proxy.auth;

import java.security.SecureRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Begins logins at PostgreSQL. One per process, for it remembers derived keys; safe for all
 * threads.
 */
public final class BackendAuthenticator {
  /** Distinct pairs of password and server verifier; 1000 of them take about half a megabyte. */
  private static final int CACHED_KEYS = 1000;

  private static final int NONCE_LENGTH = 18;

  private final SecureRandom random = new SecureRandom();
  private final ScramKeyCache cache;

  /**
   * @param executor derives keys: milliseconds of CPU per task (a second at most), no I/O
   */
  public BackendAuthenticator(Executor executor) {
    this.cache = new ScramKeyCache(CACHED_KEYS, executor);
  }

  /** Begins the login of one connection without TLS. */
  public BackendAuthentication begin(LoginCredentials credentials) {
    return begin(credentials, null);
  }

  /**
   * Begins the login of one connection.
   *
   * @param binding what it can be bound to; null without TLS
   */
  public BackendAuthentication begin(
      LoginCredentials credentials, @Nullable ChannelBinding binding) {
    byte[] nonce = new byte[NONCE_LENGTH];
    random.nextBytes(nonce);
    ScramClient client = new ScramClient(StrictBase64.encode(nonce), binding);
    return new BackendAuthentication(credentials, new BackendScram(credentials, client, cache));
  }
}
