package dev.sluice.proxy.tls;

import java.nio.file.Path;

/** A file of certificates or a key cannot be used. The message names the file and the reason. */
public final class TlsFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String reason;

  TlsFileException(Path file, String reason) {
    super(file + ": " + reason);
    this.file = file;
    this.reason = reason;
  }

  public Path file() {
    return file;
  }

  public String reason() {
    return reason;
  }
}
