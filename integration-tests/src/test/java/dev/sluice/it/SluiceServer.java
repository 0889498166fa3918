package dev.sluice.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.ConfigLoader;
import dev.sluice.config.load.LoadResult;
import dev.sluice.it.wire.Address;
import dev.sluice.proxy.server.StartupException;
import dev.sluice.proxy.tls.TlsProvider;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * A proxy for a test, inside the test's own process, listening on 127.0.0.1 on a port that is free.
 *
 * <p>System properties: {@code sluice.it.external} is {@code host:port} of a proxy that runs
 * already and is used instead, whatever the configuration says; {@code sluice.it.event-loops} is
 * the number of event loops where the configuration does not say it.
 */
public final class SluiceServer implements AutoCloseable {
  private final Address address;
  private final AutoCloseable running;
  private final IntConsumer loops;
  private final Supplier<CompletableFuture<List<String>>> audit;

  private SluiceServer(
      Address address,
      AutoCloseable running,
      IntConsumer loops,
      Supplier<CompletableFuture<List<String>>> audit) {
    this.address = address;
    this.running = running;
    this.loops = loops;
    this.audit = audit;
  }

  /**
   * Starts a proxy with this configuration, which must not say where to listen.
   *
   * @param hocon a whole configuration file, {@code sluice { ... }}
   */
  public static SluiceServer start(String hocon) {
    String external = System.getProperty("sluice.it.external", "");
    if (!external.isEmpty()) {
      return new SluiceServer(
          Address.parse(external),
          () -> {},
          ignored -> {},
          () -> CompletableFuture.completedFuture(List.of()));
    }
    return launch(hocon, dev.sluice.proxy.server.SluiceServer::start);
  }

  /** The same with one of the implementations of TLS. */
  public static SluiceServer start(String hocon, TlsProvider provider) {
    return launch(hocon, config -> dev.sluice.proxy.server.SluiceServer.start(config, provider));
  }

  private interface Start {
    dev.sluice.proxy.server.SluiceServer with(SluiceConfig config) throws StartupException;
  }

  private static SluiceServer launch(String hocon, Start start) {
    Path configuration = SluiceConf.write(hocon).resolve("sluice.conf");
    return switch (ConfigLoader.load(configuration, System.getenv())) {
      case LoadResult.Invalid invalid ->
          throw new IllegalArgumentException(invalid.problems().toString());
      case LoadResult.Loaded loaded -> {
        try {
          dev.sluice.proxy.server.SluiceServer server = start.with(loaded.config());
          // A test that asks for several loops is about what goes on between them.
          server.balancer().fix(Integer.MAX_VALUE);
          InetSocketAddress bound = server.addresses().getFirst();
          yield new SluiceServer(
              new Address(bound.getAddress().getHostAddress(), bound.getPort()),
              server,
              server.balancer()::fix,
              server::audit);
        } catch (StartupException e) {
          throw new IllegalStateException("starting the proxy", e);
        }
      }
    };
  }

  public Address address() {
    return address;
  }

  /** Has everything move to so many event loops; all there are is what a test begins with. */
  public void useLoops(int count) {
    loops.accept(count);
  }

  public int port() {
    return address.port();
  }

  /** Ends the proxy. First every backend that nobody has must be in the state that it believes. */
  @Override
  public void close() {
    try {
      List<String> leaks = audit.get().completeOnTimeout(List.of(), 5, TimeUnit.SECONDS).join();
      assertEquals(List.of(), leaks, "what was left in backends that nobody has");
    } finally {
      stop();
    }
  }

  /** Ends a proxy that is meant to leave something. */
  public void closeUnaudited() {
    stop();
  }

  private void stop() {
    try {
      running.close();
    } catch (Exception e) {
      throw new IllegalStateException("stopping the proxy", e);
    }
  }
}
