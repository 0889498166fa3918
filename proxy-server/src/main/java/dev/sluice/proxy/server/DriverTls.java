package dev.sluice.proxy.server;

import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.TlsMode;
import dev.sluice.config.Worded;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database's TLS as properties of pgjdbc, for connections that are not clients'. */
final class DriverTls {
  private DriverTls() {}

  /** The driver has libpq's names for all of it. */
  static Map<String, String> properties(ServerTlsConfig tls) {
    Map<String, String> properties = new HashMap<>();
    // libpq verifies whenever it has authorities, the driver only where the mode says so.
    boolean verified = tls.mode() == TlsMode.REQUIRE && tls.ca() != null;
    properties.put("sslmode", Worded.wordOf(verified ? TlsMode.VERIFY_CA : tls.mode()));
    properties.put("sslNegotiation", Worded.wordOf(tls.negotiation()));
    file(properties, "sslrootcert", tls.ca());
    file(properties, "sslcert", tls.certificate());
    file(properties, "sslkey", tls.key());
    return properties;
  }

  private static void file(Map<String, String> properties, String name, @Nullable Path file) {
    if (file != null) {
      properties.put(name, file.toString());
    }
  }
}
