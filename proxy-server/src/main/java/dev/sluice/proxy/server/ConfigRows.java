package dev.sluice.proxy.server;

import dev.sluice.config.SluiceConfig;
import dev.sluice.proxy.admin.data.ConfigEntry;
import java.util.List;

/** The configuration as rows of SHOW CONFIG. */
final class ConfigRows {
  private ConfigRows() {}

  static List<ConfigEntry> of(SluiceConfig config, boolean pgbouncerNames) {
    return List.of();
  }
}
