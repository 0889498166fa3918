package dev.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** TLS towards the PostgreSQL servers of one database. */
public record ServerTlsConfig(
    @Key(absent = "disable", doc = "the sslmode towards PostgreSQL, as libpq means it")
        TlsMode mode,
    @Key(absent = "null", doc = "authorities of the servers' certificates, PEM") @Nullable Path ca,
    @Key(absent = "null", doc = "certificate that we show to PostgreSQL, PEM")
        @Nullable Path certificate,
    @Key(absent = "null", doc = "that certificate's private key, PEM") @Nullable Path key,
    @Key(absent = "postgres", doc = "start TLS by SSLRequest, or directly with ALPN")
        TlsNegotiation negotiation) {}
