package dev.sluice.proxy.auth.hba;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule.
 *
 * @param address null for those of the Unix socket
 */
public record HbaRule(
    Path file,
    int line,
    ConnectionType type,
    List<DatabasePattern> databases,
    List<UserPattern> users,
    @Nullable AddressPattern address,
    HbaMethod method,
    ClientCertificate clientCertificate) {
  public HbaRule {
    databases = List.copyOf(databases);
    users = List.copyOf(users);
  }

  /** All but the address. */
  boolean concerns(LoginRequest request) {
    return type.covers(request.origin())
        && databases.stream().anyMatch(database -> database.matches(request))
        && users.stream().anyMatch(user -> user.matches(request.user()));
  }

  /** Where it is written, for the log. */
  public String place() {
    return file + ":" + line;
  }
}
