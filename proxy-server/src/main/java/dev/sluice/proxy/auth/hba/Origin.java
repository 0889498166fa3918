package dev.sluice.proxy.auth.hba;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Where a client connects from, and what its connection shows of it. */
public sealed interface Origin {
  /** How errors call it. */
  String host();

  /** By the Unix socket. */
  record Local(PeerUser peer) implements Origin {
    @Override
    public String host() {
      return "[local]";
    }
  }

  /**
   * By TCP.
   *
   * @param encrypted by TLS
   * @param certificateName the common name of the client's certificate, which has been verified;
   *     null if it has shown none
   */
  record Network(InetAddress address, boolean encrypted, @Nullable String certificateName)
      implements Origin {
    @Override
    public String host() {
      return address.getHostAddress();
    }
  }
}
