package dev.sluice.config.load;

import dev.sluice.config.ClientTlsConfig;
import dev.sluice.config.LdapConfig;
import dev.sluice.config.NoneEligiblePolicy;
import dev.sluice.config.PoolConfig;
import dev.sluice.config.ProbeConfig;
import dev.sluice.config.RoutingConfig;
import dev.sluice.config.ServerTlsConfig;
import dev.sluice.config.TlsMode;
import dev.sluice.config.TlsNegotiation;
import dev.sluice.config.Worded;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keys of one section demand of each other. */
final class SectionRules {
  private SectionRules() {}

  static void pool(PoolConfig pool, Place place) {
    if (pool.minSize() > pool.size()) {
      place.problem(
          List.of("min-size", "size"),
          "min-size " + pool.minSize() + " is above size " + pool.size() + "; valid is up to size");
    }
    int databaseLimit = pool.maxDatabaseConnections();
    if (databaseLimit > 0 && pool.minSize() > databaseLimit) {
      place.problem(
          List.of("min-size", "max-database-connections"),
          "min-size "
              + pool.minSize()
              + " is above max-database-connections "
              + databaseLimit
              + "; valid is up to that");
    }
    boolean waitEnds = pool.waitTimeout().isPositive();
    if (pool.reserveSize() > 0
        && waitEnds
        && pool.reserveAfter().compareTo(pool.waitTimeout()) >= 0) {
      place.problem(
          List.of("reserve-after", "reserve-size", "wait-timeout"),
          "the reserve would never open: reserve-after "
              + Rendering.of(pool.reserveAfter())
              + " is not below wait-timeout "
              + Rendering.of(pool.waitTimeout())
              + "; valid is less");
    }
    if (waitEnds && pool.waitNoticeAfter().compareTo(pool.waitTimeout()) >= 0) {
      place.problem(
          List.of("wait-notice-after", "wait-timeout"),
          "the notice would never come: wait-notice-after is not below wait-timeout "
              + Rendering.of(pool.waitTimeout())
              + "; valid is less");
    }
  }

  static void routing(RoutingConfig routing, Place place) {
    if (routing.whenNoneEligible() == NoneEligiblePolicy.WAIT
        && routing.waitForReplica().isZero()) {
      place.problem(
          List.of("when-none-eligible", "wait-for-replica"),
          "wait needs a time to wait; set wait-for-replica above 0ms");
    }
    ProbeConfig probe = routing.probe();
    if (routing.maxLag().compareTo(probe.interval()) < 0) {
      place.problem(
          List.of("max-lag", "probe.interval"),
          "a bound of "
              + Rendering.of(routing.maxLag())
              + " is finer than what is measured every "
              + Rendering.of(probe.interval())
              + "; valid is probe.interval or more");
    }
    if (probe.user() != null && probe.password() == null) {
      place
          .child("probe")
          .problem(
              List.of("user", "password"),
              "a probe user needs a password; set probe.password as well");
    }
    if (probe.user() == null && probe.password() != null) {
      place
          .child("probe")
          .problem(
              List.of("password", "user"), "a probe password needs a user; set probe.user as well");
    }
  }

  /**
   * @param needsCa whether client certificates are used beyond what the mode says
   */
  static void clientTls(ClientTlsConfig tls, boolean needsCa, Place place) {
    certificate(tls.certificate(), tls.key(), place);
    if (tls.mode() != TlsMode.DISABLE && tls.certificate() == null && tls.key() == null) {
      place.problem(
          List.of("mode", "certificate", "key"),
          "TLS mode "
              + Worded.wordOf(tls.mode())
              + " needs a certificate; set certificate and key, or mode = disable");
    }
    if ((tls.mode().verifies() || needsCa) && tls.ca() == null) {
      place.problem(
          List.of("mode", "ca"),
          "client certificates cannot be verified without their authorities; set ca");
    }
  }

  static void serverTls(ServerTlsConfig tls, Place place) {
    certificate(tls.certificate(), tls.key(), place);
    if (tls.mode().verifies() && tls.ca() == null) {
      place.problem(
          List.of("mode", "ca"),
          "TLS mode "
              + Worded.wordOf(tls.mode())
              + " needs the authorities of the servers' certificates; set ca");
    }
    if (tls.negotiation() == TlsNegotiation.DIRECT && tls.mode().compareTo(TlsMode.REQUIRE) < 0) {
      place.problem(
          List.of("negotiation", "mode"),
          "direct TLS cannot fall back to plain text; set mode = require, verify-ca or"
              + " verify-full");
    }
  }

  private static void certificate(@Nullable Path certificate, @Nullable Path key, Place place) {
    if (certificate != null && key == null) {
      place.problem(List.of("certificate", "key"), "a certificate needs its private key; set key");
    }
    if (certificate == null && key != null) {
      place.problem(
          List.of("key", "certificate"), "a private key needs its certificate; set certificate");
    }
  }

  static void ldap(LdapConfig ldap, Place place) {
    if (ldap.url() == null && ldap.server() == null) {
      place.problem(List.of("url", "server"), "no LDAP server is named; set url or server");
    }
    if (ldap.url() != null && (ldap.server() != null || ldap.basedn() != null)) {
      place.problem(
          List.of("url", "server", "basedn"),
          "url says what server and basedn say; set either url or the others");
    }
    boolean simple = ldap.prefix() != null || ldap.suffix() != null;
    boolean search =
        ldap.basedn() != null || ldap.searchattribute() != null || ldap.searchfilter() != null;
    if (simple && search) {
      place.problem(
          List.of("prefix", "suffix", "basedn", "searchattribute", "searchfilter"),
          "simple bind and search+bind exclude each other; set prefix and suffix, or basedn");
    }
    if (ldap.searchattribute() != null && ldap.searchfilter() != null) {
      place.problem(
          List.of("searchattribute", "searchfilter"),
          "is not used beside searchfilter; set one of the two");
    }
  }
}
