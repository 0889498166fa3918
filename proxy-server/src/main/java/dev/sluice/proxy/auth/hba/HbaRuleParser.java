package dev.sluice.proxy.auth.hba;

import dev.sluice.proxy.auth.ldap.LdapSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes rules of entries: type, databases, users, address, method, options. */
final class HbaRuleParser {
  private final HbaMethodParser methods;

  HbaRuleParser(@Nullable UserNameMaps maps, @Nullable LdapSettings ldap) {
    this.methods = new HbaMethodParser(maps, ldap);
  }

  HbaRule parse(Entry entry) throws InvalidEntryException {
    Fields fields = new Fields(entry);
    ConnectionType type = type(fields.single("the connection type"));
    List<DatabasePattern> databases = new ArrayList<>();
    for (Token token : fields.list("the database")) {
      databases.add(DatabasePattern.parse(token));
    }
    List<UserPattern> users = new ArrayList<>();
    for (Token token : fields.list("the user")) {
      users.add(UserPattern.parse(token));
    }
    AddressPattern address = type == ConnectionType.LOCAL ? null : address(fields);
    Token method = fields.single("the authentication method");
    HbaOptions options = HbaOptions.parse(fields);
    HbaMethod parsed = methods.parse(type, method.text(), options);
    ClientCertificate certificate = methods.clientCertificate(type, options);
    options.requireAllUsed(method.text());
    return new HbaRule(
        entry.file(), entry.line(), type, databases, users, address, parsed, certificate);
  }

  private static ConnectionType type(Token token) throws InvalidEntryException {
    return ConnectionType.of(token.text())
        .orElseThrow(
            () ->
                new InvalidEntryException(
                    "the connection type "
                        + token.text()
                        + " is unknown; valid are local, host, hostssl, hostnossl, hostgssenc and"
                        + " hostnogssenc"));
  }

  private static AddressPattern address(Fields fields) throws InvalidEntryException {
    Token token = fields.single("the address");
    if (token.isKeyword("all")) {
      return new AddressPattern.Any();
    }
    if (token.isKeyword("samehost")) {
      return new AddressPattern.SameHost();
    }
    if (token.isKeyword("samenet")) {
      return new AddressPattern.SameNet();
    }
    String text = token.text();
    int slash = text.indexOf('/');
    InetAddress address = IpRange.literal(slash < 0 ? text : text.substring(0, slash));
    if (slash >= 0) {
      return range(text, address, text.substring(slash + 1));
    }
    if (address != null) {
      return masked(address, fields.single("the netmask of " + text));
    }
    if (text.isEmpty() || text.indexOf(':') >= 0 || text.matches("[0-9.]+")) {
      throw new InvalidEntryException(
          "\""
              + text
              + "\" is not an address; write 10.0.0.0/8, ::1/128, a host name, samehost,"
              + " samenet or all");
    }
    return new AddressPattern.HostName(text);
  }

  private static AddressPattern range(
      String text, @Nullable InetAddress address, String prefixLength)
      throws InvalidEntryException {
    if (address == null) {
      throw new InvalidEntryException(
          text + " is not an address and a mask length; write 10.0.0.0/8, or a host name alone");
    }
    int bits = address.getAddress().length * 8;
    if (!prefixLength.matches("\\d{1,3}") || Integer.parseInt(prefixLength) > bits) {
      throw new InvalidEntryException(
          "the mask length in " + text + " is not a number from 0 to " + bits + "; write one");
    }
    return new AddressPattern.Range(IpRange.of(address, Integer.parseInt(prefixLength)));
  }

  private static AddressPattern masked(InetAddress address, Token token)
      throws InvalidEntryException {
    InetAddress mask = IpRange.literal(token.text());
    if (mask == null || mask.getAddress().length != address.getAddress().length) {
      throw new InvalidEntryException(
          "\""
              + token.text()
              + "\" is not a netmask for "
              + address.getHostAddress()
              + "; write one like 255.255.255.0, or the address with its mask length, as"
              + " 10.0.0.0/8");
    }
    return new AddressPattern.Range(IpRange.of(address, mask));
  }
}
