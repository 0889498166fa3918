package dev.sluice.proxy.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of one configuration of TLS.
 *
 * @param certificate our chain, leaf first, PEM; null if we show none
 * @param key the leaf's private key, PEM; null exactly when there is no certificate
 * @param ca who may have signed the other side's certificate, PEM; null if that is not asked
 */
public record TlsFiles(@Nullable Path certificate, @Nullable Path key, @Nullable Path ca) {
  /** One to name where none is more to blame than the others. */
  Path any() {
    return certificate != null ? certificate : ca != null ? ca : Path.of("(no file)");
  }
}
