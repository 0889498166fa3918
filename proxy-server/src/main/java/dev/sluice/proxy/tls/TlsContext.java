package dev.sluice.proxy.tls;

import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The context of one configuration of TLS, made again when its files have changed. Connections
 * begin with the newest that could be made; those that are open keep theirs.
 */
public final class TlsContext {
  private static final Logger log = LoggerFactory.getLogger(TlsContext.class);

  /** Makes a context of what the files hold. */
  interface Maker {
    SslContext make(TlsMaterial material) throws SSLException;
  }

  /**
   * A context and what must be known of it.
   *
   * @param certificate ours, if we show one
   */
  record Made(SslContext context, Optional<X509Certificate> certificate) {}

  private final String purpose;
  private final TlsFiles files;
  private final Maker maker;
  private TlsMaterial.Octets seen;
  private volatile Made current;

  /** What was wrong at the last look; said once and not at every look. */
  private String complaint = "";

  /**
   * Reads the files; not for an event loop.
   *
   * @param purpose for the log, such as "TLS towards clients"
   */
  TlsContext(String purpose, TlsFiles files, Maker maker) throws TlsFileException {
    this.purpose = purpose;
    this.files = files;
    this.maker = maker;
    this.seen = TlsMaterial.read(files);
    this.current = make(seen);
  }

  Made current() {
    return current;
  }

  /**
   * Looks at the files and makes a new context if they have changed. If that cannot be done the old
   * one stays, and the log says which file and why. Not for an event loop; by one thread at a time.
   */
  public synchronized void reload() {
    try {
      TlsMaterial.Octets now = TlsMaterial.read(files);
      if (now.equals(seen)) {
        complaint = "";
        return;
      }
      Made made = make(now);
      seen = now;
      current = made;
      complaint = "";
      log.info("{}: the certificate files have changed and are in use{}", purpose, about(made));
    } catch (TlsFileException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(complaint)) {
        complaint = problem;
        log.error("{}: the files as they were read before stay in use: {}", purpose, complaint);
      }
    }
  }

  private static String about(Made made) {
    return made.certificate()
        .map(own -> ": " + own.getSubjectX500Principal() + ", valid until " + own.getNotAfter())
        .orElse("");
  }

  private Made make(TlsMaterial.Octets octets) throws TlsFileException {
    TlsMaterial material = TlsMaterial.of(files, octets);
    try {
      return new Made(maker.make(material), material.chain().stream().findFirst());
    } catch (SSLException | RuntimeException e) {
      throw new TlsFileException(files.any(), "cannot be used: " + TlsFailure.reason(e));
    }
  }
}
