package dev.sluice.it.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client says of itself at startup.
 *
 * @param protocol major version in the upper half, minor in the lower, as on the wire
 * @param parameters run-time parameters in the order in which they are sent
 */
public record Login(
    String user,
    Optional<String> database,
    Optional<String> password,
    Map<String, String> parameters,
    int protocol) {

  public static final int PROTOCOL_3_0 = 3 << 16;
  public static final int PROTOCOL_3_2 = 3 << 16 | 2;

  public static Login of(String user, String database) {
    return new Login(user, Optional.of(database), Optional.empty(), Map.of(), PROTOCOL_3_0);
  }

  public Login withPassword(String password) {
    return new Login(user, database, Optional.of(password), parameters, protocol);
  }

  public Login withUser(String user) {
    return new Login(user, database, password, parameters, protocol);
  }

  public Login withDatabase(String database) {
    return new Login(user, Optional.of(database), password, parameters, protocol);
  }

  public Login withProtocol(int protocol) {
    return new Login(user, database, password, parameters, protocol);
  }

  public Login with(String parameter, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters);
    more.put(parameter, value);
    return new Login(user, database, password, more, protocol);
  }
}
