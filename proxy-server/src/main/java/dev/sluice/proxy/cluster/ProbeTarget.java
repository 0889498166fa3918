package dev.sluice.proxy.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.config.Node;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;

/**
 * A server and how to log in to it.
 *
 * @param name of the server, as the configuration writes it; one name is probed once
 * @param url of pgjdbc, with a database that the user may connect to
 * @param password empty for one who needs none
 * @param properties of pgjdbc, beyond those that every probe has; TLS is among them
 */
public record ProbeTarget(
    String name, String url, String user, String password, Map<String, String> properties) {
  public ProbeTarget {
    properties = Map.copyOf(properties);
  }

  /**
   * The server of a node.
   *
   * @param properties of pgjdbc, those of TLS among them; a Unix socket has none
   */
  public static ProbeTarget of(
      Node node, String database, String user, String password, Map<String, String> properties) {
    String dbname = URLEncoder.encode(database, UTF_8).replace("+", "%20");
    return switch (node) {
      case Node.Tcp tcp ->
          new ProbeTarget(
              tcp.toString(),
              "jdbc:postgresql://" + tcp + "/" + dbname,
              user,
              password,
              properties);
      case Node.Unix unix -> {
        Map<String, String> all = new HashMap<>(properties);
        all.put("sslmode", "disable"); // as PostgreSQL does on them
        all.put("socketFactory", UnixSocketFactory.class.getName());
        all.put("socketFactoryArg", unix.socket().toString());
        yield new ProbeTarget(
            unix.toString(), "jdbc:postgresql://localhost/" + dbname, user, password, all);
      }
    };
  }

  @Override
  public String toString() {
    return "ProbeTarget[" + name + " as " + user + "]";
  }
}
