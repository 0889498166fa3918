package dev.sluice.it.drivers;

/**
 * A proxy that runs already: {@code -Dsluice.it.external=host:port}, with the server behind it at
 * {@code -Dsluice.it.external.server=host:port}. It serves the databases drivers_transaction and
 * drivers_session with pools of 3 and drivers_pgbench with 10, to superuser app with password
 * secret. So the tests can be tried on another pooler, or on PostgreSQL itself.
 */
record ExternalStage(String proxyAddress, String serverAddress) implements Stage {

  static final String PROXY = "sluice.it.external";
  static final String SERVER = "sluice.it.external.server";

  @Override
  public Target proxy(String database) {
    return at(proxyAddress, database);
  }

  @Override
  public Target server(String database) {
    return at(serverAddress, database);
  }

  @Override
  public void close() {}

  private static Target at(String address, String database) {
    int colon = address.lastIndexOf(':');
    return new Target(
        address.substring(0, colon),
        Integer.parseInt(address.substring(colon + 1)),
        database,
        "app",
        "secret");
  }
}
