package dev.sluice.proxy.auth.hba;

import java.nio.file.Path;

/**
 * What is wrong in a file, and what would be valid.
 *
 * @param line from 1; 0 for the file as a whole
 */
public record FileProblem(Path file, int line, String message) {
  @Override
  public String toString() {
    return line == 0 ? file + ": " + message : file + ":" + line + ": " + message;
  }
}
