package dev.sluice.proxy.server;

import dev.sluice.config.ClientTlsConfig;
import dev.sluice.config.DatabaseConfig;
import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.TlsMode;
import dev.sluice.proxy.tls.BackendTlsContexts;
import dev.sluice.proxy.tls.ClientTls;
import dev.sluice.proxy.tls.TlsContext;
import dev.sluice.proxy.tls.TlsFileException;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.tls.TlsProvider;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of both sides as the configuration has it.
 *
 * @param provider null if there is no TLS at all
 */
record Tls(ClientTls clients, BackendTlsContexts backends, @Nullable TlsProvider provider) {
  private static final Logger log = LoggerFactory.getLogger(Tls.class);

  /** With OpenSSL where it is to be had; the log says if it is not. */
  static Tls of(SluiceConfig config) throws StartupException {
    return isUsed(config) ? of(config, available()) : none();
  }

  static Tls of(SluiceConfig config, TlsProvider provider) throws StartupException {
    if (!isUsed(config)) {
      return none();
    }
    try {
      return new Tls(
          ClientTls.of(config.client().tls(), provider),
          BackendTlsContexts.of(backends(config), provider),
          provider);
    } catch (TlsFileException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What is wrong with the files, one problem for each side or database at most. */
  static List<TlsFileException> problems(SluiceConfig config) {
    Set<TlsFiles> files = new LinkedHashSet<>();
    files.add(TlsFiles.of(config.client().tls()));
    backends(config).forEach(tls -> files.add(TlsFiles.of(tls)));
    List<TlsFileException> problems = new ArrayList<>();
    for (TlsFiles each : files) {
      try {
        each.check();
      } catch (TlsFileException e) {
        problems.add(e);
      }
    }
    return problems;
  }

  private static Tls none() {
    return new Tls(ClientTls.disabled(), BackendTlsContexts.none(), null);
  }

  private static boolean isUsed(SluiceConfig config) {
    ClientTlsConfig clients = config.client().tls();
    return clients.mode() != TlsMode.DISABLE
        || backends(config).stream().anyMatch(tls -> tls.mode() != TlsMode.DISABLE);
  }

  private static List<ServerTlsConfig> backends(SluiceConfig config) {
    List<DatabaseConfig> databases = new ArrayList<>(config.databases().values());
    if (config.fallback() != null) {
      databases.add(config.fallback());
    }
    return databases.stream().map(DatabaseConfig::tls).distinct().toList();
  }

  private static TlsProvider available() {
    Throwable missing = TlsProvider.OPENSSL.unavailability();
    if (missing == null) {
      return TlsProvider.OPENSSL;
    }
    log.warn("TLS is the JDK's, which costs more CPU time: OpenSSL cannot be used: {}", missing);
    return TlsProvider.JDK;
  }

  boolean isEmpty() {
    return provider == null;
  }

  /** For the line that says that the server is ready. */
  String label() {
    return provider == null ? "" : ", TLS by " + provider.label();
  }

  /** Takes up changed files; not for an event loop. */
  void reload() {
    clients.context().ifPresent(TlsContext::reload);
    backends.all().forEach(TlsContext::reload);
  }
}
