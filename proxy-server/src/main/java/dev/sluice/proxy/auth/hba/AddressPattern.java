package dev.sluice.proxy.auth.hba;

import dev.sluice.proxy.auth.hba.NetworkLookup.AttachedNetwork;
import java.net.InetAddress;
import java.util.Locale;

/** The address field of a rule. */
sealed interface AddressPattern {
  /** Whether {@link #matches} may block. */
  boolean needsLookup();

  boolean matches(InetAddress address, NetworkLookup lookup);

  record Any() implements AddressPattern {
    @Override
    public boolean needsLookup() {
      return false;
    }

    @Override
    public boolean matches(InetAddress address, NetworkLookup lookup) {
      return true;
    }
  }

  /** Addresses of one family; IPv4 in the form of IPv6 is IPv4. */
  record Range(IpRange range) implements AddressPattern {
    @Override
    public boolean needsLookup() {
      return false;
    }

    @Override
    public boolean matches(InetAddress address, NetworkLookup lookup) {
      return range.contains(address);
    }
  }

  /** Any of this machine's own addresses. */
  record SameHost() implements AddressPattern {
    @Override
    public boolean needsLookup() {
      return true;
    }

    @Override
    public boolean matches(InetAddress address, NetworkLookup lookup) {
      return lookup.interfaces().stream()
          .anyMatch(own -> IpRange.only(own.address()).contains(address));
    }
  }

  /** Any address of a network that this machine is in. */
  record SameNet() implements AddressPattern {
    @Override
    public boolean needsLookup() {
      return true;
    }

    @Override
    public boolean matches(InetAddress address, NetworkLookup lookup) {
      return lookup.interfaces().stream().anyMatch(own -> range(own).contains(address));
    }

    private static IpRange range(AttachedNetwork own) {
      return IpRange.of(own.address(), own.prefixLength());
    }
  }

  /**
   * A host by its name, in any letter case.
   *
   * @param name of the host; with a dot before it, the end of the names of many
   */
  record HostName(String name) implements AddressPattern {
    @Override
    public boolean needsLookup() {
      return true;
    }

    @Override
    public boolean matches(InetAddress address, NetworkLookup lookup) {
      String confirmed = lookup.confirmedName(address);
      if (confirmed == null) {
        return false;
      }
      String wanted = name.toLowerCase(Locale.ROOT);
      String actual = confirmed.toLowerCase(Locale.ROOT);
      return wanted.startsWith(".") ? actual.endsWith(wanted) : actual.equals(wanted);
    }
  }
}
