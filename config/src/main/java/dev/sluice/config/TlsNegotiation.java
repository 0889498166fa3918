package dev.sluice.config;

/** How TLS towards PostgreSQL starts: with SSLRequest, or at once with ALPN. */
public enum TlsNegotiation {
  POSTGRES,
  DIRECT
}
