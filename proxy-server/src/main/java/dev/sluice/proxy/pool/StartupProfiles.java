package dev.sluice.proxy.pool;

import dev.sluice.proxy.session.SettingsProfile;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL made of startup parameters that clients sent: the profile as asked to the profile
 * as reported ("ISO" becomes "ISO, MDY"). So only the first client with a set of parameters needs a
 * backend to log in. Bounded; least recently used go first.
 */
public final class StartupProfiles {
  private static final int CAPACITY = 1000;

  private final Map<SettingsProfile, SettingsProfile> resolved =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SettingsProfile, SettingsProfile> eldest) {
          return size() > CAPACITY;
        }
      };

  public synchronized @Nullable SettingsProfile resolve(SettingsProfile asked) {
    return resolved.get(asked);
  }

  public synchronized void resolved(SettingsProfile asked, SettingsProfile reported) {
    resolved.put(asked, reported);
  }
}
