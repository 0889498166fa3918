package dev.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** TLS towards clients. */
public record ClientTlsConfig(
    @Key(absent = "disable", doc = "whether clients may or must use TLS") TlsMode mode,
    @Key(absent = "null", doc = "our certificate chain, PEM") @Nullable Path certificate,
    @Key(absent = "null", doc = "the certificate's private key, PEM") @Nullable Path key,
    @Key(
            absent = "null",
            doc = "authorities of client certificates; for verify-ca, verify-full and method cert")
        @Nullable Path ca) {}
