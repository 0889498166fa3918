package dev.sluice.proxy.auth.ldap;

import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a directory whether a password is right, on a connection of its own for each login, as
 * PostgreSQL does. Safe for all threads. Certificates of directories are verified with the Java
 * virtual machine's trust store, and their host names.
 */
public final class LdapDirectory {
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final int RESPONSE_TIMEOUT_MILLIS = 10_000;

  /** More than one user of a name is as wrong as none; two tell. */
  private static final int SIZE_LIMIT = 2;

  private final LdapSettings settings;
  private final Callable<SSLContext> trust;

  public LdapDirectory(LdapSettings settings) {
    this(settings, SSLContext::getDefault);
  }

  /**
   * @param trust whose certificates are believed; asked when a connection uses TLS
   */
  LdapDirectory(LdapSettings settings, Callable<SSLContext> trust) {
    this.settings = settings;
    this.trust = trust;
  }

  /** What the directory says. The reasons are for the log. */
  public sealed interface Answer {}

  public record Accepted() implements Answer {}

  public record Refused(String reason) implements Answer {}

  /** It could not be asked, or does not let us search. */
  public record Unavailable(String reason) implements Answer {}

  /**
   * Checks a password. Blocks, at most for a few times the limits for connecting and answering.
   *
   * @param password in UTF-8; not empty, for that would be an anonymous login that succeeds
   */
  public Answer check(String user, byte[] password) {
    if (password.length == 0) {
      return new Refused("the password is empty");
    }
    try {
      return switch (settings.lookup()) {
        case UserLookup.Direct direct -> bind(name(direct, user), password);
        case UserLookup.Search search -> searchAndBind(search, user, password);
      };
    } catch (LDAPException e) {
      return new Unavailable(e.getResultCode() + ": " + e.getMessage());
    }
  }

  /** What the prefix begins as a distinguished name, the user must not end. */
  private static String name(UserLookup.Direct direct, String user) {
    boolean isValueInName = direct.prefix().endsWith("=");
    return direct.prefix() + (isValueInName ? escaped(user) : user) + direct.suffix();
  }

  private static String escaped(String value) {
    return new RDN("x", value).toString().substring("x=".length());
  }

  private Answer searchAndBind(UserLookup.Search search, String user, byte[] password)
      throws LDAPException {
    List<SearchResultEntry> found = search(search, user);
    if (found.size() != 1) {
      // Who is not there must not be told by being refused faster.
      bind("uid=" + escaped(user) + "," + search.baseDn(), password);
      return new Refused(
          found.isEmpty()
              ? "the directory has no such user"
              : "the directory has more than one such user");
    }
    return bind(found.getFirst().getDN(), password);
  }

  private List<SearchResultEntry> search(UserLookup.Search search, String user)
      throws LDAPException {
    String filter = search.filter().replace(LdapSettings.USER_NAME, Filter.encodeValue(user));
    SearchRequest request =
        new SearchRequest(
            search.baseDn(),
            search.scope(),
            DereferencePolicy.NEVER,
            SIZE_LIMIT,
            RESPONSE_TIMEOUT_MILLIS / 1000,
            false,
            Filter.create(filter),
            SearchRequest.NO_ATTRIBUTES);
    try (LDAPConnection connection = connect()) {
      if (search.bindDn() != null && search.bindPassword() != null) {
        connection.bind(search.bindDn(), search.bindPassword());
      }
      return orNone(connection.search(request).getSearchEntries());
    } catch (LDAPSearchException e) {
      if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
        return orNone(e.getSearchEntries());
      }
      throw e;
    }
  }

  /** Null is what the library gives where entries go to a listener. */
  private static List<SearchResultEntry> orNone(@Nullable List<SearchResultEntry> entries) {
    return entries == null ? List.of() : entries;
  }

  private Answer bind(String name, byte[] password) throws LDAPException {
    try (LDAPConnection connection = connect()) {
      try {
        connection.bind(new SimpleBindRequest(name, password));
        return new Accepted();
      } catch (LDAPException e) {
        if (isOutOfOrder(e.getResultCode())) {
          throw e;
        }
        return new Refused("the directory refuses " + name + ": " + e.getResultCode());
      }
    }
  }

  private static boolean isOutOfOrder(ResultCode code) {
    return code.isClientSideResultCode()
        || code.equals(ResultCode.BUSY)
        || code.equals(ResultCode.UNAVAILABLE)
        || code.equals(ResultCode.OPERATIONS_ERROR);
  }

  private LDAPConnection connect() throws LDAPException {
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    options.setConnectTimeoutMillis(CONNECT_TIMEOUT_MILLIS);
    options.setResponseTimeoutMillis(RESPONSE_TIMEOUT_MILLIS);
    options.setFollowReferrals(false);
    options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
    int[] ports = new int[settings.servers().size()];
    Arrays.fill(ports, settings.port());
    SocketFactory sockets = null;
    @Nullable PostConnectProcessor startTls = null;
    switch (settings.encryption()) {
      case NONE -> {}
      case LDAPS -> sockets = trusted().getSocketFactory();
      case START_TLS -> startTls = new StartTLSPostConnectProcessor(trusted());
    }
    return new FailoverServerSet(
            settings.servers().toArray(String[]::new), ports, sockets, options, null, startTls)
        .getConnection();
  }

  private SSLContext trusted() throws LDAPException {
    try {
      return trust.call();
    } catch (Exception e) {
      throw new LDAPException(ResultCode.CONNECT_ERROR, "no TLS: " + e, e);
    }
  }
}
