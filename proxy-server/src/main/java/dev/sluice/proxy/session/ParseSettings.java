package dev.sluice.proxy.session;

import org.jspecify.annotations.Nullable;

/**
 * The settings that PostgreSQL folds into a statement when it parses it: names are resolved along
 * search_path, and literals become dates and times under the style and zone of that moment. The
 * same text under other settings is another statement.
 */
public record ParseSettings(
    @Nullable String searchPath,
    @Nullable String timeZone,
    @Nullable String dateStyle,
    @Nullable String intervalStyle,
    @Nullable String clientEncoding,
    boolean standardConformingStrings) {

  static ParseSettings of(SettingsProfile settings, ServerParameters base) {
    return new ParseSettings(
        value("search_path", settings, base),
        value("TimeZone", settings, base),
        value("DateStyle", settings, base),
        value("IntervalStyle", settings, base),
        value("client_encoding", settings, base),
        !"off".equals(value("standard_conforming_strings", settings, base)));
  }

  private static @Nullable String value(
      String name, SettingsProfile settings, ServerParameters base) {
    String own = settings.get(name);
    return own != null ? own : base.get(name);
  }
}
