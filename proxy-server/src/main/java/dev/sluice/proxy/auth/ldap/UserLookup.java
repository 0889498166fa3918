package dev.sluice.proxy.auth.ldap;

import com.unboundid.ldap.sdk.SearchScope;
import dev.sluice.proxy.auth.ldap.UserLookup.Direct;
import dev.sluice.proxy.auth.ldap.UserLookup.Search;
import org.jspecify.annotations.Nullable;

/** How a user's name in the directory is found. */
sealed interface UserLookup permits Direct, Search {
  /** It is put together: "simple bind". */
  record Direct(String prefix, String suffix) implements UserLookup {}

  /**
   * It is searched for: "search+bind".
   *
   * @param bindDn who searches; null for an anonymous search
   * @param bindPassword null only if bindDn is
   * @param filter in which {@code $username} stands for the user
   */
  record Search(
      String baseDn,
      SearchScope scope,
      @Nullable String bindDn,
      @Nullable String bindPassword,
      String filter)
      implements UserLookup {
    @Override
    public String toString() {
      return "Search[baseDn=" + baseDn + ", filter=" + filter + "]";
    }
  }
}
