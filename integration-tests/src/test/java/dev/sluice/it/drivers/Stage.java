package dev.sluice.it.drivers;

/** PostgreSQL with a proxy in front of it, started once for all driver tests. */
interface Stage extends AutoCloseable {

  /** Backends of pgbench's pool. */
  int PGBENCH_POOL_SIZE = 10;

  /** pgbench's database, in transaction mode. */
  String PGBENCH_DATABASE = "drivers_pgbench";

  /** Through the proxy, in a pool of {@link PoolMode#POOL_SIZE}. */
  default Target proxy(PoolMode mode) {
    return proxy(mode.database());
  }

  /** Through the proxy, to a database that it knows. */
  Target proxy(String database);

  /** Past the proxy, to look at the server from outside. The user is a superuser. */
  Target server(String database);

  @Override
  void close();
}
