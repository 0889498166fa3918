package dev.sluice.config.load;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;

/** Where something is written. The line is 1-based; 0 stands for the whole file. */
record Location(Path file, int line) {
  /**
   * The place that {@code origin} names, or {@code otherwise} for values that come from no file.
   */
  static Location of(ConfigOrigin origin, Location otherwise) {
    String file = origin.filename();
    return file == null || origin.lineNumber() < 1
        ? otherwise
        : new Location(Path.of(file), origin.lineNumber());
  }
}
