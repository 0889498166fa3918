package dev.sluice.it;

import dev.sluice.it.wire.Address;
import dev.sluice.it.wire.Login;
import dev.sluice.quickstart.EmbeddedPostgres;
import dev.sluice.quickstart.EmbeddedPostgresBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The servers that the tests share, each started when it is first asked for and stopped behind the
 * last test. A test that breaks a server starts one of its own with {@link #builder}.
 *
 * <p>System properties: {@code sluice.it.postgres14} is the path of the jar with PostgreSQL 14;
 * {@code sluice.it.postgres} is {@code host:port} of a server that runs already and stands for
 * every version.
 */
public final class PostgresServers implements AutoCloseable {
  /** The newest version that is tested, and the one on the class path. */
  public static final int NEWEST = 18;

  /** The oldest version that is tested. */
  public static final int OLDEST = 14;

  private final Map<Integer, EmbeddedPostgres> started = new HashMap<>();

  private PostgresServers() {}

  /** The shared server of this major version. */
  public synchronized PostgresServer version(int major) {
    String external = System.getProperty("sluice.it.postgres", "");
    Login superuser = Login.of("postgres", "postgres");
    if (!external.isEmpty()) {
      return PostgresServer.of(Address.parse(external), superuser);
    }
    EmbeddedPostgres postgres = started.computeIfAbsent(major, version -> builder(version).start());
    return PostgresServer.of(Address.local(postgres.port()), superuser);
  }

  /** The shared server of the newest version. */
  public PostgresServer newest() {
    return version(NEWEST);
  }

  /** A server like the shared ones, not started yet. */
  public static EmbeddedPostgresBuilder builder(int major) {
    EmbeddedPostgresBuilder builder =
        EmbeddedPostgres.builder().withoutDurability().settings(PostgresServer.SETTINGS);
    return major == OLDEST
        ? builder.binaries(Path.of(System.getProperty("sluice.it.postgres14", "postgres-14.jar")))
        : builder;
  }

  @Override
  public synchronized void close() {
    started.values().forEach(EmbeddedPostgres::close);
    started.clear();
  }

  /** Gives {@link PostgresServers} to constructors and methods of tests. */
  public static final class Extension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PostgresServers.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == PostgresServers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .computeIfAbsent(PostgresServers.class, key -> new PostgresServers());
    }
  }
}
