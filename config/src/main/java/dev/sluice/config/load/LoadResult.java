package dev.sluice.config.load;

import dev.sluice.config.SluiceConfig;
import java.util.List;

/** What came of reading a configuration. */
public sealed interface LoadResult {
  /**
   * A valid configuration.
   *
   * @param nonDefaultKeys in the order of the file
   */
  record Loaded(SluiceConfig config, List<KeyUse> nonDefaultKeys) implements LoadResult {}

  /** All problems at once, at least one, in the order of the file. */
  record Invalid(List<Problem> problems) implements LoadResult {}
}
