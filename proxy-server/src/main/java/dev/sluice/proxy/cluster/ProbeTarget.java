package dev.sluice.proxy.cluster;

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

  @Override
  public String toString() {
    return "ProbeTarget[" + name + " as " + user + "]";
  }
}
