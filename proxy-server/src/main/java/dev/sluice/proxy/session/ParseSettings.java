package dev.sluice.proxy.session;

import dev.sluice.protocol.sql.StatementAnalyzer;
import dev.sluice.protocol.sql.StatementTraits;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings that PostgreSQL folds into a statement when it parses it: names are resolved along
 * search_path, in which "$user" is the role's, and literals become dates and times under the style
 * and zone of that moment. The same text under other settings is another statement.
 */
public record ParseSettings(
    @Nullable String searchPath,
    @Nullable String timeZone,
    @Nullable String dateStyle,
    @Nullable String intervalStyle,
    @Nullable String clientEncoding,
    @Nullable String role,
    @Nullable String sessionAuthorization,
    String others,
    boolean asciiSafe,
    boolean standardConformingStrings) {

  static ParseSettings of(SettingsProfile settings, ServerParameters base) {
    return new ParseSettings(
        value("search_path", settings, base),
        value("TimeZone", settings, base),
        value("DateStyle", settings, base),
        value("IntervalStyle", settings, base),
        value("client_encoding", settings, base),
        settings.get("role"),
        value("session_authorization", settings, base),
        others(settings),
        asciiSafe(value("client_encoding", settings, base)),
        !"off".equals(value("standard_conforming_strings", settings, base)));
  }

  /** Less usual, and not reported: what the client has set of them. */
  private static final List<String> OTHERS =
      List.of(
          "array_nulls",
          "backslash_quote",
          "lc_monetary",
          "lc_numeric",
          "timezone_abbreviations",
          "transform_null_equals",
          "xmloption");

  private static String others(SettingsProfile settings) {
    if (settings.isEmpty()) {
      return "";
    }
    StringBuilder set = new StringBuilder();
    for (String name : OTHERS) {
      String value = settings.get(name);
      if (value != null) {
        set.append(name).append('=').append(value).append('\0');
      }
    }
    return set.toString();
  }

  /**
   * Encodings in which a byte of a character can be that of a quote or a backslash: texts in them
   * are not looked at (manual, "Character Set Support").
   */
  private static final Set<String> NOT_ASCII_SAFE =
      Set.of("SJIS", "SHIFT_JIS_2004", "BIG5", "GBK", "GB18030", "UHC", "JOHAB");

  /** What a statement may do, told from its text under these settings. */
  public StatementTraits analyse(byte[] text, int length) {
    return asciiSafe
        ? StatementAnalyzer.analyze(text, 0, length, standardConformingStrings)
        : StatementTraits.UNKNOWN;
  }

  private static boolean asciiSafe(@Nullable String encoding) {
    return encoding == null || !NOT_ASCII_SAFE.contains(encoding.toUpperCase(Locale.ROOT));
  }

  private static @Nullable String value(
      String name, SettingsProfile settings, ServerParameters base) {
    String own = settings.get(name);
    return own != null ? own : base.get(name);
  }
}
