package dev.sluice.proxy.tls;

import dev.sluice.config.ClientTlsConfig;
import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.TlsMode;
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
  static final TlsFiles NONE = new TlsFiles(null, null, null);

  /** What towards clients is read; nothing if they get no TLS. */
  public static TlsFiles of(ClientTlsConfig config) {
    TlsMode mode = config.mode();
    return mode == TlsMode.DISABLE
        ? NONE
        : new TlsFiles(config.certificate(), config.key(), mode.verifies() ? config.ca() : null);
  }

  /** What towards PostgreSQL is read; nothing if it is not asked for TLS. */
  public static TlsFiles of(ServerTlsConfig config) {
    return config.mode() == TlsMode.DISABLE
        ? NONE
        : new TlsFiles(config.certificate(), config.key(), config.ca());
  }

  /**
   * Reads them, and sees whether they fit together; not for an event loop.
   *
   * @throws TlsFileException if not
   */
  public void check() throws TlsFileException {
    TlsMaterial.of(this, TlsMaterial.read(this));
  }

  /** One to name where none is more to blame than the others. */
  Path any() {
    return certificate != null ? certificate : ca != null ? ca : Path.of("(no file)");
  }
}
