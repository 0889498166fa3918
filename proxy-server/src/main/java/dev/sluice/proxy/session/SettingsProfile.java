package dev.sluice.proxy.session;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a client chose, by startup parameter or by a change that PostgreSQL reported.
 * Immutable, so that "is this backend set up for this client" is a comparison of two references in
 * the common case. Names compare as PostgreSQL's do, without regard to case; values exactly.
 */
public final class SettingsProfile {
  public static final SettingsProfile EMPTY = new SettingsProfile(new TreeMap<>());

  private final SortedMap<String, String> values;

  /** The same for all clients with these settings; a lost race only makes it again. */
  private volatile @Nullable ParseMemo parseMemo;

  private record ParseMemo(ServerParameters base, ParseSettings settings) {}

  private SettingsProfile(SortedMap<String, String> values) {
    this.values = values;
  }

  public static SettingsProfile of(Map<String, String> settings) {
    if (settings.isEmpty()) {
      return EMPTY;
    }
    TreeMap<String, String> values = new TreeMap<>();
    settings.forEach((name, value) -> values.put(key(name), value));
    return new SettingsProfile(values);
  }

  public @Nullable String get(String name) {
    return values.get(key(name));
  }

  /** Names are in lower case. */
  public SortedMap<String, String> values() {
    return java.util.Collections.unmodifiableSortedMap(values);
  }

  public boolean has(String name) {
    return values.containsKey(key(name));
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public SettingsProfile with(String name, String value) {
    TreeMap<String, String> changed = new TreeMap<>(values);
    changed.put(key(name), value);
    return new SettingsProfile(changed);
  }

  public SettingsProfile without(String name) {
    if (!values.containsKey(key(name))) {
      return this;
    }
    TreeMap<String, String> changed = new TreeMap<>(values);
    changed.remove(key(name));
    return changed.isEmpty() ? EMPTY : new SettingsProfile(changed);
  }

  /** What of these settings and the server's own PostgreSQL folds into a statement. */
  @SuppressWarnings("ReferenceEquality") // another object with equal values only costs time
  ParseSettings parseSettings(ServerParameters base) {
    ParseMemo memo = parseMemo;
    if (memo == null || memo.base() != base) {
      memo = new ParseMemo(base, ParseSettings.of(this, base));
      parseMemo = memo;
    }
    return memo.settings();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SettingsProfile that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** A parameter's name as profiles have it: in lower case. */
  public static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
