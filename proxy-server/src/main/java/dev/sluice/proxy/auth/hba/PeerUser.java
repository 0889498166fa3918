package dev.sluice.proxy.auth.hba;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The operating system's user at the other end of a Unix socket. */
@FunctionalInterface
public interface PeerUser {
  /**
   * Looks up the name; null if the user has none. Blocks: the system may ask a directory.
   *
   * @throws IOException if the system does not say who it is
   */
  @Nullable String name() throws IOException;
}
