package dev.sluice.proxy.tls;

import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.TlsMode;
import dev.sluice.config.TlsNegotiation;

/**
 * How connections to one server use TLS; the modes have libpq's meaning (manual, "SSL Support" of
 * libpq).
 *
 * @param direct TLS from the first byte on, without SSLRequest
 * @param host the server's name or address as it was configured; what verify-full holds against the
 *     certificate
 */
public record BackendTls(TlsMode mode, TlsFiles files, boolean direct, String host) {
  private static final BackendTls NONE = new BackendTls(TlsMode.DISABLE, TlsFiles.NONE, false, "");

  /** Plain text only; always so on a Unix socket. */
  public static BackendTls none() {
    return NONE;
  }

  public static BackendTls of(ServerTlsConfig config, String host) {
    return config.mode() == TlsMode.DISABLE
        ? NONE
        : new BackendTls(
            config.mode(),
            TlsFiles.of(config),
            config.negotiation() == TlsNegotiation.DIRECT,
            host);
  }

  /** Whether the first connection is tried with TLS. */
  public boolean encryptsFirst() {
    return mode.compareTo(TlsMode.PREFER) >= 0;
  }

  /** Whether a connection that failed so or so is tried once more, the other way. */
  public boolean triesBoth() {
    return mode == TlsMode.ALLOW || mode == TlsMode.PREFER;
  }

  /** Whether a server that has no TLS is gone on with in plain text. */
  public boolean plaintextAllowed() {
    return mode.compareTo(TlsMode.REQUIRE) < 0;
  }

  /** The same where plain text will not do. */
  public BackendTls demanded() {
    return plaintextAllowed() ? new BackendTls(TlsMode.REQUIRE, files, direct, host) : this;
  }

  boolean verifiesHost() {
    return mode == TlsMode.VERIFY_FULL;
  }
}
