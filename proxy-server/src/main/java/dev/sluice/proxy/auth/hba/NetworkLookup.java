package dev.sluice.proxy.auth.hba;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must be asked of the system, or of the name service, and may take its time. */
public interface NetworkLookup {
  /** The networks of this machine's interfaces, each with the machine's own address in it. */
  List<AttachedNetwork> interfaces();

  /**
   * The host name of an address that also leads back to the address; null if there is none, or
   * nobody says so in time.
   */
  @Nullable String confirmedName(InetAddress address);

  /**
   * One address of an interface.
   *
   * @param prefixLength how many bits of it are the network's
   */
  record AttachedNetwork(InetAddress address, int prefixLength) {}
}
