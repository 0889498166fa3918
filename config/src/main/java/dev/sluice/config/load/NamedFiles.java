package dev.sluice.config.load;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the files that a configuration names are there. */
public enum NamedFiles {
  /** A file that is missing or cannot be read is a problem, with the key that names it. */
  CHECK,
  /** Only the configuration itself is looked at. */
  IGNORE;

  void check(Findings findings) {
    if (this == IGNORE) {
      return;
    }
    for (Findings.NamedFile named : findings.files()) {
      Path path = named.path();
      String kind = named.directory() ? "directory" : "file";
      boolean right = named.directory() ? Files.isDirectory(path) : Files.isRegularFile(path);
      String wrong = null;
      if (!Files.exists(path)) {
        wrong = path + " does not exist; create it or name another " + kind;
      } else if (!right) {
        wrong = path + " is not a " + kind + "; name a " + kind;
      } else if (!(named.directory() ? Files.isWritable(path) : Files.isReadable(path))) {
        wrong = path + " is not accessible; give this user the right to use it";
      }
      if (wrong != null) {
        findings.problem(named.location(), named.key(), wrong);
      }
    }
  }
}
