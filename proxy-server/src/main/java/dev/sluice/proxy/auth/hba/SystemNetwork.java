package dev.sluice.proxy.auth.hba;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system's own answers. Blocks. */
final class SystemNetwork implements NetworkLookup {
  private static final Logger log = LoggerFactory.getLogger(SystemNetwork.class);

  @Override
  public List<AttachedNetwork> interfaces() {
    List<AttachedNetwork> networks = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        for (InterfaceAddress address : each.getInterfaceAddresses()) {
          networks.add(new AttachedNetwork(address.getAddress(), address.getNetworkPrefixLength()));
        }
      }
    } catch (SocketException e) {
      log.warn("rules with samehost and samenet match nobody: {}", e.toString());
    }
    return networks;
  }

  @Override
  public @Nullable String confirmedName(InetAddress address) {
    // The library looks whether the name leads back; where it does not, it answers the address.
    String name = address.getCanonicalHostName();
    return name.equals(address.getHostAddress()) ? null : name;
  }
}
