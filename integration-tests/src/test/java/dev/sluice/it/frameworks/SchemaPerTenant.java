package dev.sluice.it.frameworks;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;

/** Hibernate's tenants by search_path: set when a session takes a connection, reset behind it. */
final class SchemaPerTenant implements MultiTenantConnectionProvider<String> {

  private static final long serialVersionUID = 1L;

  private final transient DataSource pool;

  SchemaPerTenant(DataSource pool) {
    this.pool = pool;
  }

  @Override
  public Connection getAnyConnection() throws SQLException {
    return pool.getConnection();
  }

  @Override
  public void releaseAnyConnection(Connection connection) throws SQLException {
    connection.close();
  }

  @Override
  public Connection getConnection(String tenant) throws SQLException {
    Connection connection = pool.getConnection();
    try {
      connection.setSchema(tenant);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  @Override
  public void releaseConnection(String tenant, Connection connection) throws SQLException {
    try (connection) {
      connection.setSchema("public");
    }
  }

  @Override
  public boolean supportsAggressiveRelease() {
    return false;
  }

  @Override
  public boolean isUnwrappableAs(Class<?> type) {
    return false;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    throw new UnsupportedOperationException(type.getName());
  }
}
