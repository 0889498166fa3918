package dev.sluice.proxy.session;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes equal profiles one object, so that a backend and a client that agree are found to by a
 * comparison of references. Bounded: least recently used go first, and what is gone is only
 * compared by content.
 */
public final class SharedProfiles {
  private static final int CAPACITY = 1000;

  private final Map<SettingsProfile, SettingsProfile> profiles =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SettingsProfile, SettingsProfile> eldest) {
          return size() > CAPACITY;
        }
      };

  public synchronized SettingsProfile share(SettingsProfile profile) {
    SettingsProfile known = profiles.putIfAbsent(profile, profile);
    return known == null ? profile : known;
  }
}
