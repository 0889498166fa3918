package dev.sluice.proxy.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

/** Whose implementation of TLS is used. */
public enum TlsProvider {
  /** Native code; a handshake and a byte cost a fraction of what they cost with the JDK's. */
  OPENSSL(SslProvider.OPENSSL),
  JDK(SslProvider.JDK);

  private final SslProvider netty;

  TlsProvider(SslProvider netty) {
    this.netty = netty;
  }

  /**
   * OpenSSL where its library can be loaded, else the JDK's. Loads the library, which takes some
   * milliseconds and megabytes: not for a process that does without TLS.
   */
  public static TlsProvider best() {
    return OpenSsl.isAvailable() ? OPENSSL : JDK;
  }

  /** Null when it works here, else why it does not. */
  public @Nullable Throwable unavailability() {
    return switch (this) {
      case OPENSSL -> OpenSsl.unavailabilityCause();
      case JDK -> null;
    };
  }

  /** For the log: name and version. */
  public String label() {
    return switch (this) {
      case OPENSSL -> "OpenSSL (" + OpenSsl.versionString() + ")";
      case JDK -> "the JDK";
    };
  }

  SslProvider netty() {
    return netty;
  }
}
