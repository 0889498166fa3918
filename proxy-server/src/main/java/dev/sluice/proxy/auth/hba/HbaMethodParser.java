package dev.sluice.proxy.auth.hba;

import dev.sluice.proxy.auth.ldap.InvalidLdapException;
import dev.sluice.proxy.auth.ldap.LdapOptions;
import dev.sluice.proxy.auth.ldap.LdapSettings;
import org.jspecify.annotations.Nullable;

/** The method of a rule, with its options. */
final class HbaMethodParser {
  private static final String VALID =
      "valid are trust, reject, scram-sha-256, md5, password, cert, peer and ldap";

  private final @Nullable UserNameMaps maps;
  private final @Nullable LdapSettings ldap;

  HbaMethodParser(@Nullable UserNameMaps maps, @Nullable LdapSettings ldap) {
    this.maps = maps;
    this.ldap = ldap;
  }

  HbaMethod parse(ConnectionType type, String method, HbaOptions options)
      throws InvalidEntryException {
    return switch (method) {
      case "trust" -> new HbaMethod.Trust();
      case "reject" -> new HbaMethod.Reject();
      case "password" -> new HbaMethod.Password();
      case "md5" -> new HbaMethod.Md5();
      case "scram-sha-256" -> new HbaMethod.ScramSha256();
      case "cert" -> {
        if (type != ConnectionType.HOSTSSL) {
          throw new InvalidEntryException(
              "method cert needs TLS; write hostssl instead of " + type);
        }
        yield new HbaMethod.Cert(map(options));
      }
      case "peer" -> {
        if (type != ConnectionType.LOCAL) {
          throw new InvalidEntryException(
              "method peer is for the Unix socket; write local instead of " + type);
        }
        yield new HbaMethod.Peer(map(options));
      }
      case "ident" -> {
        // To PostgreSQL too, ident of a local connection is peer.
        if (type != ConnectionType.LOCAL) {
          throw notAvailable(method);
        }
        yield new HbaMethod.Peer(map(options));
      }
      case "ldap" -> new HbaMethod.Ldap(ldap(options));
      case "gss", "sspi", "pam", "bsd", "radius", "oauth" -> throw notAvailable(method);
      default -> throw new InvalidEntryException("the method " + method + " is unknown; " + VALID);
    };
  }

  ClientCertificate clientCertificate(ConnectionType type, HbaOptions options)
      throws InvalidEntryException {
    String asked = type == ConnectionType.HOSTSSL ? options.take("clientcert") : null;
    String part = type == ConnectionType.HOSTSSL ? options.take("clientname") : null;
    if (part != null && !part.equals("CN")) {
      throw new InvalidEntryException(
          "clientname=" + part + " is not available in this version; valid is CN");
    }
    if (asked == null) {
      return new ClientCertificate.NotAsked();
    }
    return switch (asked) {
      case "verify-ca" -> new ClientCertificate.Verified();
      case "verify-full" -> new ClientCertificate.NamesUser(null);
      default ->
          throw new InvalidEntryException(
              "clientcert=" + asked + " is not valid; write verify-ca or verify-full");
    };
  }

  private static InvalidEntryException notAvailable(String method) {
    return new InvalidEntryException(
        "the method " + method + " is not available in Sluice; " + VALID);
  }

  private @Nullable String map(HbaOptions options) throws InvalidEntryException {
    String map = options.take("map");
    if (map != null && maps != null && !maps.has(map)) {
      throw new InvalidEntryException(
          "the user name map "
              + map
              + " is not defined, so nobody could log in; add it to auth.ident-file");
    }
    return map;
  }

  private LdapSettings ldap(HbaOptions options) throws InvalidEntryException {
    if (!options.anyBeginsWith("ldap")) {
      if (ldap == null) {
        throw new InvalidEntryException(
            "method ldap names no server; give ldapurl or ldapserver here, or set auth.ldap");
      }
      return ldap;
    }
    LdapOptions written =
        new LdapOptions(
            options.take("ldapurl"),
            options.take("ldapserver"),
            port(options.take("ldapport")),
            scheme(options.take("ldapscheme")),
            options.takeFlag("ldaptls"),
            options.take("ldapprefix"),
            options.take("ldapsuffix"),
            options.take("ldapbasedn"),
            options.take("ldapbinddn"),
            options.take("ldapbindpasswd"),
            options.take("ldapsearchattribute"),
            options.take("ldapsearchfilter"));
    try {
      return LdapSettings.of(written, "ldap");
    } catch (InvalidLdapException e) {
      throw new InvalidEntryException(e.problem());
    }
  }

  private static int port(@Nullable String text) throws InvalidEntryException {
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535 || text.matches("0+")) {
      throw new InvalidEntryException(
          "ldapport=" + text + " is not a port; write a number from 1 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static boolean scheme(@Nullable String text) throws InvalidEntryException {
    return switch (text) {
      case null -> false;
      case "ldap" -> false;
      case "ldaps" -> true;
      default ->
          throw new InvalidEntryException(
              "ldapscheme=" + text + " is not valid; write ldap or ldaps");
    };
  }
}
