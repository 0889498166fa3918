package dev.sluice.proxy.auth.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which directory is asked, and how.
 *
 * @param servers tried in this order; all on one port
 * @param port from 1 to 65535
 */
public record LdapSettings(
    List<String> servers, int port, Encryption encryption, UserLookup lookup) {
  static final String USER_NAME = "$username";

  private static final int LDAP_PORT = 389;
  private static final int LDAPS_PORT = 636;

  public LdapSettings {
    servers = List.copyOf(servers);
  }

  /** How the connection to the directory is protected. */
  public enum Encryption {
    NONE,
    START_TLS,
    LDAPS
  }

  /**
   * Puts options together as PostgreSQL does.
   *
   * @param prefix of the options' names in messages
   * @throws InvalidLdapException if they are incomplete or exclude each other
   */
  public static LdapSettings of(LdapOptions written, String prefix) throws InvalidLdapException {
    LDAPURL url = written.url() == null ? null : parse(written.url(), prefix);
    if (url != null && (written.server() != null || written.baseDn() != null)) {
      throw new InvalidLdapException(
          "%surl says what %sserver and %sbasedn say; set either it or the others"
              .formatted(prefix, prefix, prefix));
    }
    boolean ldaps = url == null ? written.ldaps() : url.getScheme().equals("ldaps");
    if (ldaps && written.startTls()) {
      throw new InvalidLdapException(
          "ldaps is encrypted already; drop " + prefix + "tls, or use the scheme ldap");
    }
    List<String> servers = servers(written, url);
    if (servers.isEmpty()) {
      throw new InvalidLdapException(
          "no LDAP server is named; set %surl or %sserver".formatted(prefix, prefix));
    }
    Encryption encryption =
        ldaps ? Encryption.LDAPS : written.startTls() ? Encryption.START_TLS : Encryption.NONE;
    return new LdapSettings(
        servers, port(written, url, ldaps), encryption, lookup(written, url, prefix));
  }

  private static LDAPURL parse(String text, String prefix) throws InvalidLdapException {
    try {
      LDAPURL url = new LDAPURL(text);
      if (!url.getScheme().equals("ldap") && !url.getScheme().equals("ldaps")) {
        throw new InvalidLdapException(
            "%surl has the scheme %s; valid are ldap and ldaps".formatted(prefix, url.getScheme()));
      }
      return url;
    } catch (LDAPException e) {
      throw new InvalidLdapException(
          "%surl is not ldap[s]://host[:port]/basedn[?[attribute][?[scope][?[filter]]]] (%s)"
              .formatted(prefix, e.getMessage()));
    }
  }

  private static List<String> servers(LdapOptions written, @Nullable LDAPURL url) {
    if (url != null) {
      return url.hostProvided() && url.getHost() != null ? List.of(url.getHost()) : List.of();
    }
    String server = written.server();
    return server == null || server.isBlank() ? List.of() : List.of(server.trim().split(" +"));
  }

  private static int port(LdapOptions written, @Nullable LDAPURL url, boolean ldaps) {
    if (url != null && url.portProvided()) {
      return url.getPort();
    }
    if (written.port() != 0) {
      return written.port();
    }
    return ldaps ? LDAPS_PORT : LDAP_PORT;
  }

  private static UserLookup lookup(LdapOptions written, @Nullable LDAPURL url, String prefix)
      throws InvalidLdapException {
    String baseDn = written.baseDn();
    String attribute = written.searchAttribute();
    String filter = written.searchFilter();
    if (url != null) {
      baseDn = url.baseDNProvided() ? url.getBaseDN().toString() : baseDn;
      attribute = url.attributesProvided() ? url.getAttributes()[0] : attribute;
      filter = url.filterProvided() ? url.getFilter().toString() : filter;
    }
    if (written.prefix() != null || written.suffix() != null) {
      if (baseDn != null
          || attribute != null
          || filter != null
          || written.bindDn() != null
          || written.bindPassword() != null) {
        throw new InvalidLdapException(
            "simple bind and search+bind exclude each other; set %sprefix and %ssuffix, or %sbasedn"
                .formatted(prefix, prefix, prefix));
      }
      return new UserLookup.Direct(orEmpty(written.prefix()), orEmpty(written.suffix()));
    }
    if (baseDn == null) {
      throw new InvalidLdapException(
          "nothing says where the users are; set %sbasedn, %sprefix or %ssuffix"
              .formatted(prefix, prefix, prefix));
    }
    if (attribute != null && filter != null) {
      throw new InvalidLdapException(
          "%ssearchattribute is not used beside %ssearchfilter; set one of the two"
              .formatted(prefix, prefix));
    }
    String searched = filter == null ? byAttribute(attribute) : filter;
    requireFilter(searched, prefix);
    return search(written, url, baseDn, searched, prefix);
  }

  private static String byAttribute(@Nullable String attribute) {
    return "(" + (attribute == null ? "uid" : attribute) + "=" + USER_NAME + ")";
  }

  private static UserLookup.Search search(
      LdapOptions written, @Nullable LDAPURL url, String baseDn, String filter, String prefix)
      throws InvalidLdapException {
    // A URL that names no scope means the base alone (RFC 4516), also to PostgreSQL.
    SearchScope scope = url == null ? SearchScope.SUB : url.getScope();
    if (written.bindDn() == null) {
      return new UserLookup.Search(baseDn, scope, null, null, filter);
    }
    if (orEmpty(written.bindPassword()).isEmpty()) {
      throw new InvalidLdapException(
          "%sbinddn has no password, and an empty one proves nothing; set %sbindpasswd"
              .formatted(prefix, prefix));
    }
    return new UserLookup.Search(baseDn, scope, written.bindDn(), written.bindPassword(), filter);
  }

  private static void requireFilter(String filter, String prefix) throws InvalidLdapException {
    if (!filter.contains(USER_NAME)) {
      throw new InvalidLdapException(
          "%ssearchfilter does not ask for the user; write %s where the name belongs"
              .formatted(prefix, USER_NAME));
    }
    try {
      Filter.create(filter.replace(USER_NAME, "name"));
    } catch (LDAPException e) {
      throw new InvalidLdapException(
          "%ssearchfilter is not valid (%s); write one like (uid=%s)"
              .formatted(prefix, e.getMessage(), USER_NAME));
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
