package dev.sluice.proxy.tls;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** The names in a certificate, as libpq and PostgreSQL read them. */
final class CertificateNames {
  private static final int DNS = 2;
  private static final int IP = 7;

  private CertificateNames() {}

  /** The first common name of the subject; null if there is none, or one with a NUL in it. */
  static @Nullable String commonName(X509Certificate certificate) {
    try {
      String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
      for (Rdn rdn : new LdapName(subject).getRdns()) {
        Attribute name = rdn.toAttributes().get("cn");
        if (name != null && name.get() instanceof String text) {
          return text.isEmpty() || text.indexOf(0) >= 0 ? null : text;
        }
      }
    } catch (InvalidNameException e) {
      return null;
    } catch (NamingException e) {
      return null;
    }
    return null;
  }

  /**
   * Whether a server of this certificate is the host that was asked for (libpq's verify-full):
   * alternative names of DNS, those of IP addresses if the host is one, and the common name only if
   * there is no alternative name of the host's own kind.
   *
   * @param host as it was configured
   */
  static boolean match(X509Certificate certificate, String host) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    boolean commonNameCounts = true;
    for (List<?> alternative : alternatives(certificate)) {
      int kind = (Integer) alternative.get(0);
      if (!(alternative.get(1) instanceof String name)) {
        continue;
      }
      if (kind == DNS) {
        commonNameCounts &= address != null;
        if (nameMatches(name, host)) {
          return true;
        }
      } else if (kind == IP) {
        commonNameCounts &= address == null;
        byte[] named = NetUtil.createByteArrayFromIpAddressString(name);
        if (address != null && Arrays.equals(address, named)) {
          return true;
        }
      }
    }
    String commonName = commonNameCounts ? commonName(certificate) : null;
    return commonName != null && nameMatches(commonName, host);
  }

  private static Collection<List<?>> alternatives(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /** A pattern that begins with "*." stands for one label in front of the rest. */
  static boolean nameMatches(String pattern, String host) {
    if (pattern.indexOf(0) >= 0) {
      return false;
    }
    String wanted = pattern.toLowerCase(Locale.ROOT);
    String given = host.toLowerCase(Locale.ROOT);
    if (wanted.equals(given)) {
      return true;
    }
    if (!wanted.startsWith("*.") || wanted.length() < 3) {
      return false;
    }
    int dot = given.indexOf('.');
    return dot > 0 && given.substring(dot).equals(wanted.substring(1));
  }
}
