package dev.sluice.proxy.auth.hba;

import java.util.Arrays;
import java.util.Optional;

/** The first field of a rule. No connection to Sluice is ever encrypted by GSSAPI. */
enum ConnectionType {
  LOCAL("local"),
  HOST("host"),
  HOSTSSL("hostssl"),
  HOSTNOSSL("hostnossl"),
  HOSTGSSENC("hostgssenc"),
  HOSTNOGSSENC("hostnogssenc");

  private final String keyword;

  ConnectionType(String keyword) {
    this.keyword = keyword;
  }

  static Optional<ConnectionType> of(String keyword) {
    return Arrays.stream(values()).filter(type -> type.keyword.equals(keyword)).findFirst();
  }

  boolean covers(Origin origin) {
    return switch (origin) {
      case Origin.Local _ -> this == LOCAL;
      case Origin.Network network ->
          switch (this) {
            case LOCAL, HOSTGSSENC -> false;
            case HOST, HOSTNOGSSENC -> true;
            case HOSTSSL -> network.encrypted();
            case HOSTNOSSL -> !network.encrypted();
          };
    };
  }

  @Override
  public String toString() {
    return keyword;
  }
}
