package dev.sluice.config.load;

import java.nio.file.Path;

/**
 * One thing that is wrong in the configuration.
 *
 * @param file as it was named on the command line or by an include
 * @param line 1-based; 0 when the problem is with the file as a whole
 * @param key the key as it is written, below {@code sluice}; empty when there is none
 * @param message what is wrong; what would be valid. Never shows a secret.
 */
public record Problem(Path file, int line, String key, String message) {
  /** {@code file:line: key: message}, the form that editors jump to. */
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
