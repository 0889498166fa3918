package dev.sluice.config.load;

import dev.sluice.config.AuthConfig;
import dev.sluice.config.AuthMethod;
import dev.sluice.config.HostPort;
import dev.sluice.config.ListenAddress;
import dev.sluice.config.SluiceConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the global sections demand of each other. */
final class GlobalRules {
  /** In the name of a Unix socket that no TCP address gives its port. */
  private static final int DEFAULT_PORT = 6432;

  private final SluiceConfig config;
  private final Findings findings;

  GlobalRules(SluiceConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void check() {
    listen();
    auth();
    Place client = place("client");
    boolean certificates = config.auth().method() == AuthMethod.CERT;
    SectionRules.clientTls(config.client().tls(), certificates, client.child("tls"));
    if (certificates && !config.client().tls().mode().verifies()) {
      place("")
          .problem(
              List.of("auth.method", "client.tls.mode"),
              "method cert needs verified certificates; set client.tls.mode = verify-ca or"
                  + " verify-full");
    }
    SectionRules.pool(config.pool(), place("pool"));
    SectionRules.routing(config.routing(), place("routing"));
  }

  private Place place(String section) {
    return new Place(findings, List.of(section));
  }

  private void listen() {
    Place root = place("");
    Path directory = config.unixSocketDir();
    if (config.listen().isEmpty() && directory == null) {
      root.problem(
          List.of("listen", "unix-socket-dir"),
          "nobody could connect; name an address, or set unix-socket-dir");
    }
    Map<HostPort, Integer> seen = new HashMap<>();
    for (int i = 0; i < config.listen().size(); i++) {
      ListenAddress listen = config.listen().get(i);
      String item = "listen[" + i + "]";
      host(listen.host(), item);
      Integer first = listen.port() == 0 ? null : seen.putIfAbsent(listen.address(), i);
      if (first != null) {
        root.problem(
            List.of(item),
            listen.address() + " is also listen[" + first + "]; each address can be given once");
      }
      if (directory != null) {
        unixSocket(directory, listen.port(), root);
      }
    }
    if (directory != null && config.listen().isEmpty()) {
      unixSocket(directory, DEFAULT_PORT, root);
    }
    if (config.http() != null) {
      host(config.http().host(), "http");
      HostPort http = new HostPort(config.http().host(), config.http().port());
      Integer first = seen.get(http);
      if (first != null) {
        place("http")
            .problem(List.of("port"), http + " is also listen[" + first + "]; set another port");
      }
    }
  }

  private static void unixSocket(Path directory, int port, Place root) {
    if (!Addresses.fitsSocketAddress(directory.resolve(".s.PGSQL." + port))) {
      root.problem(
          List.of("unix-socket-dir"),
          "the socket's path would be too long; valid are "
              + Addresses.MAX_SOCKET_PATH_BYTES
              + " bytes with the socket's name");
    }
  }

  private void host(String host, String section) {
    if (!Addresses.isHost(host)) {
      place(section).problem(List.of("host"), Addresses.notAHost(host));
    }
  }

  private void auth() {
    AuthConfig auth = config.auth();
    Place place = place("auth");
    boolean secretsKnown = auth.usersFile() != null || auth.query() != null || auth.ldap() != null;
    switch (auth.method()) {
      case SCRAM_SHA_256, MD5, PASSWORD -> {
        if (!secretsKnown) {
          place.problem(
              List.of("method", "users-file", "query", "ldap"),
              "nobody could log in; set users-file, query or ldap");
        }
      }
      case HBA -> {
        if (auth.hbaFile() == null) {
          place.problem(List.of("method", "hba-file"), "method hba needs rules; set hba-file");
        }
      }
      case TRUST, CERT -> {}
    }
    if (auth.queryUser() != null && auth.query() == null) {
      place.problem(List.of("query-user", "query"), "has no query to run; set query as well");
    }
    if (auth.query() != null && auth.queryUser() == null) {
      place.problem(
          List.of("query", "query-user"), "needs somebody to run it; set query-user as well");
    }
    if (auth.ldap() != null) {
      SectionRules.ldap(auth.ldap(), place.child("ldap"));
    }
  }
}
